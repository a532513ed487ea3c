import { type AppRouter, createClient, isRetryable } from '@paydeck/client';
import { QueryClient } from '@tanstack/react-query';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { pageUrl } from './page-url.ts';
import { askForPassword } from './session/password-request.ts';

/** The page's only client. It retries calls, refreshes the session and resumes subscriptions by itself. */
export const client = createClient({
  url: pageUrl,
  session: 'cookie',
  confirmPassword: askForPassword,
});

/** The pause, in milliseconds, before data that could not be updated is read again. */
export const pauseAfterError = (error: unknown): number => (isRetryable(error) ? 5_000 : 60_000);

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      retry: false,
      staleTime: 30_000,
      networkMode: 'always',
      // Data that is shown, and could not be updated, is read again after a pause.
      refetchInterval: ({ state: { data, status, error } }) =>
        data !== undefined && status === 'error' && pauseAfterError(error),
    },
    mutations: { retry: false, networkMode: 'always' },
  },
});

/** Options for `useQuery`, `useMutation` and `useSubscription`, one for each procedure of the router. */
export const trpc = createTRPCOptionsProxy<AppRouter>({ client: client.api, queryClient });
