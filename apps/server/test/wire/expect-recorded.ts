import { expect } from 'vitest';
import { startTestServer } from '../../testing/start-test-server.ts';
import { bearer, signIn } from '../plain-fetch.ts';
import { createRecorder, type Recorder } from './reply-recorder.ts';

/** A page of this origin may read the replies. */
export const origin = 'https://dashboard.example';
/** The input of `payments.create`, with a text that needs escaping. */
export const card = { amountMinor: 1_250, method: 'credit_card', receiver: 'Zoë “Quote" O’Neil\\' };

type Tools = Recorder & {
  url: string;
  /** The headers of a request of the first admin. */
  admin: Record<string, string>;
};

/**
 * Lets `act` record what a new server writes, and compares it with a file of `replies/`, byte for byte: a change of the wire
 * shows up as a difference of one of these files. After an intended change, write them again with
 * `vitest run FILE --update`.
 */
export async function expectRecorded(file: string, act: (tools: Tools) => Promise<void>): Promise<void> {
  await using server = await startTestServer({ environment: { CORS_ORIGIN: origin } });
  const recorder = createRecorder(server.url);
  try {
    await act({ ...recorder, url: server.url, admin: bearer(await signIn(server.url)) });
  } finally {
    recorder.close();
  }
  await expect(recorder.text()).toMatchFileSnapshot(`replies/${file}`);
}
