// `on`, `once` and `off` as elements have them: events by name, handlers called with one event.

export type Handler = (event: any) => unknown;

export class Emitter {
  readonly #handlers = new Map<string, Handler[]>();

  on(event: string, handler: Handler): void {
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), handler]);
  }

  once(event: string, handler: Handler): void {
    const wrapped: Handler = (told) => {
      this.off(event, wrapped);
      handler(told);
    };
    this.on(event, wrapped);
  }

  /** Forgets the handler, or all of the event's. */
  off(event: string, handler?: Handler): void {
    const kept = (this.#handlers.get(event) ?? []).filter((each) => handler && each !== handler);
    this.#handlers.set(event, kept);
  }

  emit(event: string, told: unknown): void {
    for (const handler of this.#handlers.get(event) ?? []) handler(told);
  }
}
