import './second-factor.css';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { trpc } from '../client.ts';
import { Button } from '../ui/button.tsx';
import { Banner } from '../ui/card.tsx';
import { SecondFactorDialog } from './lazy-dialog.tsx';

/** Asks an admin to set up a second factor, if the server requires one and there is none. */
export function SecondFactorNotice() {
  const [isOpen, setOpen] = useState(false);
  const { data } = useQuery(
    trpc.secondFactor.get.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }),
  );
  const isMissing = data?.isRequired === true && data.totp === null;
  return (
    <>
      {isMissing && (
        <Banner tone="waiting">
          <span className="second-factor-notice">
            Admins of this server need a second factor. Until you set up yours, you can only read.
            <Button onClick={() => setOpen(true)}>Set it up</Button>
          </span>
        </Banner>
      )}
      <SecondFactorDialog open={isOpen} onOpenChange={setOpen} />
    </>
  );
}
