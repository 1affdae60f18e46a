import { expect, test } from 'vitest';
import { ofType, propertyOf } from './resources.ts';

test("each of the merchant's routes has a rate of its own, so that none of them uses up Klarna's", () => {
  const keys = ofType('AWS::ApiGatewayV2::Route')
    .filter(([, { Properties }]) => Properties.AuthorizationType === 'AWS_IAM')
    .map(([, { Properties }]) => Properties.RouteKey);
  expect(propertyOf('RelayStage', 'RouteSettings')).toEqual(
    Object.fromEntries(keys.map((key) => [key, { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 }])),
  );
});
