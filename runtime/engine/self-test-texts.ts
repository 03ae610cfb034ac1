/** Different texts of different lengths for a model’s self-test: the exactness of a batch shows only in mixed company. */
export const SELF_TEST_TEXTS: readonly string[] = [
	'Refund',
	'My parcel arrived with a broken lid and I would like a new one.',
	'Wo finde ich die Rechnung vom letzten Monat?',
	'The password reset link says that it has expired, although I asked for it only two minutes ago; I tried three browsers, a private window and my phone, and the result is always the same page.',
	'請問退貨期限是幾天？',
	'Charged twice',
	'Hello, the app closes by itself whenever I open the camera. Phone: Pixel 8, version 4.2.1 (build 77).',
	'¿Puedo cambiar la dirección de entrega de mi pedido?',
];
