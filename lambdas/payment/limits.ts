/**
 * They keep an item under 384 KB whatever arrives; DynamoDB takes 400 (proved in test/lambdas/payment/limits.test.ts).
 */
export const limits = {
  recentReports: 40,
  changes: 40,
  conflicts: 8,
  hintedOrders: 8,
  operations: 160,
  warnings: 20,
} as const;
