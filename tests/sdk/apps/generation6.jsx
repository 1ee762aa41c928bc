// react-stripe-js 6 and 7: the provider and the hook have new names.
import React from 'react';
import {CheckoutElementsProvider, PaymentElement, useCheckoutElements} from '@stripe/react-stripe-js/checkout';

export {PaymentElement, CheckoutElementsProvider as Provider};
export const optionsOf = (secret) => ({clientSecret: Promise.resolve(secret)});

export function useLoaded() {
  const state = useCheckoutElements();
  if (state.type === 'error') throw state.error;
  return state.type === 'success' ? state.checkout : null;
}

export function IncrementLineItemButton({lineItem, quantity}) {
  const {updateLineItemQuantity} = useLoaded();
  const handleClick = () => updateLineItemQuantity({lineItem, quantity: quantity + 1});
  return <button onClick={handleClick}>+</button>;
}
