import React from 'react';
import {useCheckout} from '@stripe/react-stripe-js';

const IncrementLineItemButton = (props) => {
  const {updateLineItemQuantity} = useCheckout();

  const handleClick = () => {
    updateLineItemQuantity({
      lineItem: props.lineItem,
      quantity: props.quantity + 1,
    });
  };
  return <button onClick={handleClick}>+</button>;
};

export default IncrementLineItemButton;
