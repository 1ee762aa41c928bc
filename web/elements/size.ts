// The page around gives the frame the height of what is in it, so that nothing scrolls.

import type { Host } from "./host";

export function followHeight(host: Host): void {
  let told = -1;
  const tell = (): void => {
    const height = Math.ceil(document.body.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    host.send({ type: "paydesk.resize", height });
  };
  if (typeof ResizeObserver !== "undefined") new ResizeObserver(tell).observe(document.body);
  tell();
}
