const connectMs = 10_000;
const closeMs = 1_000;

/**
 * A `WebSocket` with two shorter waits: connecting fails after ten seconds, and `close` takes one second at most. When
 * the network is gone, a plain socket waits a minute or longer for the other side to close too, and tRPC reconnects only
 * after the `close` event.
 */
export function promptSocket(Base: typeof WebSocket): typeof WebSocket {
  return class PromptSocket extends Base {
    constructor(...args: ConstructorParameters<typeof WebSocket>) {
      super(...args);
      const timer = setTimeout(() => super.close(), connectMs);
      const settle = () => clearTimeout(timer);
      this.addEventListener('open', settle);
      this.addEventListener('close', settle);
    }

    override close(code?: number, reason?: string): void {
      super.close(code, reason);
      if (this.readyState === this.CLOSED) return;
      const timer = setTimeout(() => this.dispatchEvent(new CloseEvent('close', { code: 1006 })), closeMs);
      this.addEventListener('close', () => clearTimeout(timer));
    }
  };
}
