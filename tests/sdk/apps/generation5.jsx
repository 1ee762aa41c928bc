// react-stripe-js 5: the secret itself, `initCheckout` answers at once.
export {PaymentElement, Provider, IncrementLineItemButton, useLoaded} from './generation4';
export const optionsOf = (secret) => ({clientSecret: Promise.resolve(secret)});
