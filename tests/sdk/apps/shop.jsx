// A merchant's page in React, the same for every generation of the packages. `window.shop` is what
// the tests drive; `window.given` what they gave: publishable key, client secret, strict or not.
import React, {StrictMode, useState} from 'react';
import {createRoot} from 'react-dom/client';
import {loadStripe} from '@stripe/stripe-js';
import {IncrementLineItemButton, optionsOf, PaymentElement, Provider, useLoaded} from 'generation';

const {key, secret, strict} = window.given;
const stripe = loadStripe(key);
const Mode = strict ? StrictMode : React.Fragment;

function Order() {
  const checkout = useLoaded();
  const [result, setResult] = useState(null);
  if (checkout === null) return <p>Loading</p>;
  const pay = async () => setResult(await checkout.confirm(window.given.confirm));
  return (
    <main>
      <p id="total">{checkout.total.total.amount}</p>
      {checkout.lineItems.map((line) => (
        <p key={line.id}>
          <span className="quantity">{line.quantity}</span>
          <IncrementLineItemButton lineItem={line.id} quantity={line.quantity} />
        </p>
      ))}
      <PaymentElement onReady={() => { window.shop.ready += 1; }} />
      <button id="pay" onClick={pay}>Pay</button>
      <p id="result">{result && (result.type === 'success' ? 'paid' : result.error.message)}</p>
    </main>
  );
}

let root = null;

window.shop = {
  ready: 0,
  mount() {
    root = createRoot(document.getElementById('root'));
    root.render(
      <Mode>
        <Provider stripe={stripe} options={optionsOf(secret)}>
          <Order />
        </Provider>
      </Mode>,
    );
  },
  unmount() {
    root.unmount();
  },
};
window.shop.mount();
