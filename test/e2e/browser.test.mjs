import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { LOGIN } from '../../scripts/lib/n8n-rest.mjs';
import { root } from '../../scripts/lib/process.mjs';
import { rest, state as n8n } from './support/n8n.mjs';

let browser;
let page;
beforeAll(async () => {
	browser = await chromium.launch({ executablePath: n8n.chromium, args: ['--no-sandbox'] });
	page = await browser.newPage({ viewport: { width: 1_500, height: 950 } });
	page.setDefaultTimeout(45_000);
	await page.goto(`${n8n.url}/signin`, { waitUntil: 'domcontentloaded' });
	await page.locator('input[type=email], input[name=emailOrLdapLoginId]').first().fill(LOGIN.email);
	await page.locator('input[type=password]').first().fill(LOGIN.password);
	await page.locator('[data-test-id="form-submit-button"]').click();
	await page.waitForURL((url) => !url.pathname.startsWith('/signin'));
});
afterAll(() => browser?.close());

const byTestId = (id) => page.locator(`[data-test-id="${id}"]`);
const look = (name) => page.screenshot({ path: join(n8n.reports, `${name}.png`) });

async function openExample() {
	const example = JSON.parse(readFileSync(join(root, 'examples/embed-support-messages.json'), 'utf8'));
	const { id } = await rest('POST', '/rest/workflows', example);
	await page.goto(`${n8n.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
	await byTestId('canvas-node').first().waitFor();
}

const embedNode = () => page.locator('[data-test-id="canvas-node"][data-node-name="Embed"]');

test('the example runs, and its vectors stand beside their items', async () => {
	await openExample();
	await byTestId('execute-workflow-button').first().click();
	await embedNode().locator('[data-test-id="canvas-node-status-success"]').waitFor();
	await look('executed');
	await embedNode().dblclick();
	const output = byTestId('output-panel');
	await output.getByText(/6 texts embedded by all-MiniLM-L6-v2 \(384 numbers each\)/).waitFor();
	await output.getByText('embedding', { exact: true }).first().waitFor();
	expect((await output.textContent()).match(/-?0\.\d{6,}/g)?.length).toBeGreaterThan(20);
	await look('panel');
	await page.keyboard.press('Escape');
});

test('Embed is found by what it does, added from the panel, and set', async () => {
	await openExample();
	await byTestId('node-creator-plus-button').first().click();
	await byTestId('node-creator-search-bar').fill('embeddings');
	await page.getByText('Turn texts into vectors').first().click();
	await page.getByText('Add to workflow').first().click();
	await byTestId('parameter-input-role').first().click();
	await page.getByRole('option', { name: 'Query' }).first().click();
	await byTestId('parameter-input-instruction').first().waitFor();
	await byTestId('rlc-input').first().click();
	await page.getByText('all-MiniLM-L6-v2 (384 numbers, up to 256 tokens)').first().click();
	await byTestId('collection-parameter-add').first().click();
	await page.getByRole('option', { name: 'Priority' }).first().click();
	await byTestId('parameter-input-priority').first().click();
	await page.getByRole('option', { name: 'Interactive' }).first().click();
	await look('added');
	expect(await byTestId('rlc-input').first().inputValue()).toContain('all-MiniLM-L6-v2');
	const icon = page.locator('img[src*="embed"]').first();
	expect(await icon.evaluate((image) => image.naturalWidth)).toBeGreaterThan(0);
});
