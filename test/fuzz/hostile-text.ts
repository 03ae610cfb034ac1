import * as fc from 'fast-check';

/** Words that have broken programs: names of prototypes, of files, of other machines; what is no character; sheer length. */
const KNOWN = [
	'',
	' ',
	'\0',
	'a\0b',
	'\ud800',
	'a \udfff b',
	'\ufeff',
	'\u202e\u200b',
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'hasOwnProperty',
	'../../../../etc/passwd',
	'..\\..\\windows\\win.ini',
	'/etc/passwd',
	'file:///etc/passwd',
	'http://127.0.0.1:1/',
	'//127.0.0.1/share',
	'org/model/../../x',
	'null',
	'undefined',
	'NaN',
	'${7*7}{{7*7}}',
	'%s%n%x',
	"'; DROP TABLE texts; --",
	'<script>alert(1)</script>',
	'\r\nx-injected: 1\r\n\r\n',
	'</s><|endoftext|>[CLS][SEP]',
	'e\u0301'.repeat(300),
	'👩‍👩‍👧‍👦'.repeat(50),
	'x'.repeat(70_000),
	'{"a":'.repeat(100),
];

export const hostileText: fc.Arbitrary<string> = fc.oneof(
	fc.constantFrom(...KNOWN),
	fc.string({ unit: 'binary', maxLength: 40 }),
	fc.string({ unit: 'grapheme', maxLength: 40 }),
);

/** Numbers as JSON writes them, and as it can be made to. */
const NUMBERS = [
	'0',
	'-0',
	'-1',
	'1',
	'31',
	'32',
	'384',
	'385',
	'1.5',
	'1e400',
	'-1e400',
	'1e-400',
	'9007199254740993',
];

/** JSON text of anything: what a field may be instead of what it should. */
export const hostileJson: fc.Arbitrary<string> = fc.oneof(
	fc.jsonValue({ maxDepth: 3, stringUnit: 'binary' }).map((value) => JSON.stringify(value)),
	hostileText.map((text) => JSON.stringify(text)),
	fc.constantFrom(...NUMBERS, '9'.repeat(400), 'null', 'true', '[]', '{}', '[[]]', '[null]', '[{}]'),
	fc.integer({ min: 1, max: 20_000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
	fc.integer({ min: 1, max: 5_000 }).map((depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
	hostileText.map((name) => `{${JSON.stringify(name)}:{${JSON.stringify(name)}:1}}`),
	fc.constant('{"__proto__":{"polluted":true}}'),
	fc.constant('{"constructor":{"prototype":{"polluted":true}}}'),
);
