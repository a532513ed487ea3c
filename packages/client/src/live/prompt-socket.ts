const connectMs = 10_000;
const closeMs = 1_000;

/**
 * The same `WebSocket`, but for two waits that platforms make long: a connection that does not come about fails after
 * ten seconds, and `close` is over after one. A socket whose network is gone would otherwise wait for the other side's
 * goodbye, a minute or for ever, and tRPC reconnects only after the `close` event.
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
