import { expect, test } from 'vitest';
import { accountRoot, keyPolicy } from '../policies.ts';

test("functions use the tables' key through DynamoDB and in no other way, and showing payments only reads", () => {
  const read = ['kms:Decrypt', 'kms:DescribeKey'];
  const write = ['Encrypt', 'GenerateDataKey', 'GenerateDataKeyWithoutPlaintext', 'ReEncryptFrom', 'ReEncryptTo'];
  const both = [...read, ...write.map((action) => `kms:${action}`)];
  const through = ['dynamodb.AWS::Region.amazonaws.com'];
  const byName = (a: { principal: string }, b: { principal: string }) => (a.principal < b.principal ? -1 : 1);
  expect(keyPolicy('RelayTableKey').toSorted(byName)).toEqual([
    { principal: 'RelayChargeTokenRole.Arn', actions: both, through },
    { principal: 'RelayCreatePaymentRole.Arn', actions: both, through },
    { principal: 'RelayOperatePaymentRole.Arn', actions: both, through },
    { principal: 'RelayPublishChangesRole.Arn', actions: both, through },
    { principal: 'RelayReadPaymentRole.Arn', actions: read, through },
    { principal: 'RelayReceiveCallbackRole.Arn', actions: both, through },
    { principal: 'RelayRunDueTasksRole.Arn', actions: both, through },
    { principal: accountRoot, actions: ['kms:*'], through: [] },
  ]);
});
