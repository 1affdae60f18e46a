import type { EmulatedHostedSession } from '../../state.ts';

/** The shopper's identity, which Klarna's own documents hold once the session is completed. */
const customer = {
  date_of_birth: '1987-08-15',
  given_name: 'Testperson',
  family_name: 'Approved',
  national_identification_number: '19870815-8493',
  title: 'Mr',
};

/** A hosted session as answers and `status_update` callbacks show it. */
export function hostedDocument({
  paymentSession,
  merchant_urls,
  place_order_mode,
  ...session
}: EmulatedHostedSession): object {
  return { ...session, ...(session.status === 'COMPLETED' && { customer }) };
}
