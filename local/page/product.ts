/** The demo shop's only product. Price in minor units of `currency`, tax included. */
export const lamp = { name: 'Halo table lamp', reference: 'HALO-1', price: 12_900, currency: 'EUR' } as const;

export const priceOf = (amount: number, currency: string = lamp.currency) =>
  new Intl.NumberFormat('en-IE', { style: 'currency', currency }).format(amount / 100);
