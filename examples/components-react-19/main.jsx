import React, {StrictMode, useState} from 'react';
import {createRoot} from 'react-dom/client';
import {loadStripe} from '@stripe/stripe-js';
import {CheckoutElementsProvider, PaymentElement, useCheckoutElements} from '@stripe/react-stripe-js/checkout';

const stripe = loadStripe('pk_test_paydesk');

const createSession = async () => {
  const answer = await fetch('/create-checkout-session', {method: 'POST'});
  return (await answer.json()).clientSecret;
};
const options = {clientSecret: createSession()};

const IncrementLineItemButton = ({lineItem, quantity, updateLineItemQuantity}) => {
  const handleClick = () => updateLineItemQuantity({lineItem, quantity: quantity + 1});
  return <button onClick={handleClick}>+</button>;
};

const Order = ({checkout}) => {
  const {lineItems, total, canConfirm, confirm, updateLineItemQuantity} = checkout;
  const [email, setEmail] = useState('');
  const [problem, setProblem] = useState('');

  const pay = async () => {
    const result = await confirm({email});
    if (result.type === 'error') setProblem(result.error.message);
  };
  return (
    <main>
      <h1>T-shirts</h1>
      {lineItems.map(({id, name, quantity}) => (
        <p key={id}>
          <span id="quantity">{quantity}</span> × {name}{' '}
          <IncrementLineItemButton {...{lineItem: id, quantity, updateLineItemQuantity}} />
        </p>
      ))}
      <p>Total: <strong id="total">{total.total.amount}</strong></p>
      <label>
        Email{' '}
        <input id="email" type="email" value={email} onChange={(event) => setEmail(event.target.value)} />
      </label>
      <PaymentElement />
      <button id="pay" disabled={!canConfirm} onClick={pay}>Pay</button>
      <p role="alert">{problem}</p>
    </main>
  );
};

const Checkout = () => {
  const state = useCheckoutElements();
  if (state.type === 'loading') return <p>Loading…</p>;
  if (state.type === 'error') return <p role="alert">{state.error.message}</p>;
  return <Order checkout={state.checkout} />;
};

createRoot(document.getElementById('root')).render(
  <StrictMode>
    <CheckoutElementsProvider stripe={stripe} options={options}>
      <Checkout />
    </CheckoutElementsProvider>
  </StrictMode>,
);
