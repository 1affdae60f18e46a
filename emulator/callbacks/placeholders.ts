/** Fills the placeholders of the hosted page's URLs, `{{session_id}}`; those without a value stay as they are. */
export const fillHostedPageUrl = (url: string, values: Record<string, string | undefined>) =>
  url.replace(/\{\{(\w+)\}\}/g, (placeholder, name: string) => values[name] ?? placeholder);

/** Fills the placeholder of Klarna Payments' URLs, `{order.id}`. */
export const fillOrderUrl = (url: string, order_id: string) => url.replace('{order.id}', order_id);
