// react-stripe-js 3: one flat object, children wait until it is loaded.
import {CheckoutProvider, PaymentElement, useCheckout} from '@stripe/react-stripe-js';
import IncrementLineItemButton from './IncrementLineItemButton';

export const Provider = CheckoutProvider;
export const optionsOf = (secret) => ({fetchClientSecret: () => Promise.resolve(secret)});
export const useLoaded = useCheckout;
export {PaymentElement, IncrementLineItemButton};
