const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Text that can stand in HTML or SVG, in an attribute in double quotes too. */
export function escapeHtml(text: string): string {
	return text.replace(/[&<>"]/g, (character) => ENTITIES[character]!);
}
