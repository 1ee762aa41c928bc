import React, {useState} from 'react';
import {createRoot} from 'react-dom/client';
import {loadStripe} from '@stripe/stripe-js';
import {CheckoutProvider, PaymentElement, useCheckout} from '@stripe/react-stripe-js';
import IncrementLineItemButton from './IncrementLineItemButton';

const stripe = loadStripe('pk_test_paydesk');

const fetchClientSecret = async () => {
  const answer = await fetch('/create-checkout-session', {method: 'POST'});
  return (await answer.json()).clientSecret;
};

const Order = () => {
  const {lineItems, total, canConfirm, confirm} = useCheckout();
  const [email, setEmail] = useState('');
  const [problem, setProblem] = useState('');

  const pay = async () => {
    const result = await confirm({email});
    if (result.type === 'error') setProblem(result.error.message);
  };
  return (
    <main>
      <h1>T-shirts</h1>
      {lineItems.map((line) => (
        <p key={line.id}>
          <span id="quantity">{line.quantity}</span> × {line.name}{' '}
          <IncrementLineItemButton lineItem={line.id} quantity={line.quantity} />
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

createRoot(document.getElementById('root')).render(
  <CheckoutProvider stripe={stripe} options={{fetchClientSecret}}>
    <Order />
  </CheckoutProvider>,
);
