const stripe = Stripe("pk_test_paydesk");

const created = await fetch("/create-checkout-session", { method: "POST" });
const { clientSecret, lineItem } = await created.json();
const fetchClientSecret = () => Promise.resolve(clientSecret);

const checkout = await stripe.initCheckout({ fetchClientSecret });
const show = (session) => {
  const line = session.lineItems.find((each) => each.id === lineItem);
  document.querySelector("#quantity").textContent = line.quantity;
  document.querySelector("#total").textContent = session.total.total.amount;
  document.querySelector("#pay").disabled = !session.canConfirm;
};
const say = (result) => {
  const text = result.type === "error" ? result.error.message : "";
  document.querySelector("#error").textContent = text;
};

checkout.on("change", show);
checkout.createPaymentElement().mount("#payment");
show(checkout.session());

document.querySelector(".increment-quantity-button").addEventListener("click", async () => {
  const { quantity } = checkout.session().lineItems.find((each) => each.id === lineItem);
  say(await checkout.updateLineItemQuantity({ lineItem, quantity: quantity + 1 }));
});
document.querySelector("#pay").addEventListener("click", async () => {
  say(await checkout.confirm({ email: document.querySelector("#email").value }));
});
