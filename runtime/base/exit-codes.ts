/** The address is taken: another host is there, or just starting. */
export const EXIT_ADDRESS_IN_USE = 3;
