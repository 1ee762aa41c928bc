// react-stripe-js 4: a state around the same object, still by fetchClientSecret.
import React from 'react';
import {CheckoutProvider, PaymentElement, useCheckout} from '@stripe/react-stripe-js/checkout';

export const Provider = CheckoutProvider;
export const optionsOf = (secret) => ({fetchClientSecret: () => Promise.resolve(secret)});
export {PaymentElement};

export function useLoaded() {
  const state = useCheckout();
  if (state.type === 'error') throw state.error;
  return state.type === 'success' ? state.checkout : null;
}

export function IncrementLineItemButton({lineItem, quantity}) {
  const {updateLineItemQuantity} = useLoaded();
  const handleClick = () => updateLineItemQuantity({lineItem, quantity: quantity + 1});
  return <button onClick={handleClick}>+</button>;
}
