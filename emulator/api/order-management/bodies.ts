import * as z from 'zod';

const shippingMethods = [
  'PickUpStore',
  'Home',
  'BoxReg',
  'BoxUnreg',
  'PickUpPoint',
  'Own',
  'Postal',
  'DHLPackstation',
  'Digital',
  'Undefined',
  'PickUpWarehouse',
  'ClickCollect',
  'PalletDelivery',
] as const;

const shippingInfo = z
  .array(
    z.looseObject({
      shipping_method: z.enum(shippingMethods).optional(),
      tracking_number: z.string().max(100).optional(),
      tracking_uri: z.string().max(1024).optional(),
      return_tracking_number: z.string().max(100).optional(),
      return_tracking_uri: z.string().max(1024).optional(),
    }),
  )
  .max(500);

export const shippingBody = z.looseObject({ shipping_info: shippingInfo.min(1) });

export const captureBody = z.looseObject({
  captured_amount: z.int().min(0).max(200_000_000),
  description: z.string().max(255).optional(),
  reference: z.string().max(255).optional(),
  order_lines: z.array(z.looseObject({})).max(1000).optional(),
  shipping_delay: z.int().min(0).optional(),
  shipping_info: shippingInfo.optional(),
});

export const refundBody = z.looseObject({
  refunded_amount: z.int().min(0).max(200_000_000),
  description: z.string().max(255).optional(),
  reference: z.string().max(255).optional(),
});

export const dueDateBody = z.looseObject({ number_of_days: z.int().min(1).max(365) });

export const referencesBody = z.looseObject({
  merchant_reference1: z.string().max(255).optional(),
  merchant_reference2: z.string().max(255).optional(),
});

export const authorizationBody = z.looseObject({
  order_amount: z.int().min(0).max(200_000_000),
  description: z.string().max(255).optional(),
  order_lines: z.array(z.looseObject({})).max(1000).optional(),
});
