import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient, trpc } from '../client.ts';
import { FormDialog } from '../ui/form-dialog.tsx';
import { useToast } from '../ui/toasts.tsx';

type ApiKey = { id: string; name: string };

/** Asks before an API key is revoked. Open while `apiKey` is not null. */
export function RevokeApiKeyDialog({ apiKey, onClose }: { apiKey: ApiKey | null; onClose: () => void }) {
  const toast = useToast();
  // The question stays visible while the dialog closes.
  const [shown, setShown] = useState(apiKey);
  if (apiKey !== null && apiKey !== shown) setShown(apiKey);
  const revoke = useMutation(
    trpc.apiKeys.revoke.mutationOptions({
      onSuccess: () => {
        onClose();
        toast(`The key “${shown?.name}” is revoked.`);
      },
      onSettled: () => queryClient.invalidateQueries(trpc.apiKeys.list.queryFilter()),
    }),
  );
  if (shown === null) return null;
  return (
    <FormDialog
      title={`Revoke “${shown.name}”?`}
      open={apiKey !== null}
      onOpenChange={onClose}
      action="Revoke"
      actionLook="danger"
      mutation={revoke}
      onSubmit={() => revoke.mutate({ id: shown.id })}
    >
      <p>Scripts that use this key are refused at once. A revoked key can’t be used again.</p>
    </FormDialog>
  );
}
