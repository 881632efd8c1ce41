import * as React from 'react';

import { DeleteGroupDialog } from './access/DeleteGroupDialog';
import { DeleteTagPolicyDialog } from './access/DeleteTagPolicyDialog';
import { TagPolicyDialog } from './access/TagPolicyDialog';
import { GrantDialog } from './access/GrantDialog';
import { GroupDialog } from './access/GroupDialog';
import { OwnerDialog } from './access/OwnerDialog';
import { RevokeDialog } from './access/RevokeDialog';
import { AliasDialog } from './alias/AliasDialog';
import { CompareDialog } from './compare/CompareDialog';
import { AboutDialog } from './connection/AboutDialog';
import { ConnectDialog } from './connection/ConnectDialog';
import { CopyDialog } from './copy/CopyDialog';
import { CreateDialog } from './create/CreateDialog';
import { RollbackDialog } from './alias/RollbackDialog';
import { RemoveAliasDialog } from './alias/RemoveAliasDialog';
import { AccessDialog } from './request/AccessDialog';
import { DecideDialog } from './request/DecideDialog';
import { RequestDialog } from './request/RequestDialog';
import { DeleteVersionsDialog } from './delete/DeleteVersionsDialog';
import { DeleteDialog } from './delete/DeleteDialog';
import { DescribeDialog } from './describe/DescribeDialog';
import { PolicyDialog } from './policy/PolicyDialog';
import { RemovePolicyDialog } from './policy/RemovePolicyDialog';
import { RegisterDialog } from './register/RegisterDialog';
import { DeprecateDialog } from './marks/DeprecateDialog';
import { LinkDialog } from './marks/LinkDialog';
import { UnlinkDialog } from './marks/UnlinkDialog';
import { PinDialog } from './prune/PinDialog';
import { PruneDialog } from './prune/PruneDialog';
import { DeleteSearchDialog } from './search/DeleteSearchDialog';
import { SaveSearchDialog } from './search/SaveSearchDialog';
import { PurgeDialog } from './trash/PurgeDialog';
import { RestoreDialog } from './trash/RestoreDialog';
import { RenameDialog } from './rename/RenameDialog';
import type { DialogRequest } from '../host/dialogRequest';
import { TagsDialog } from './tags/TagsDialog';
import { BackupDialog, ExportDialog } from './transfer/FileDialogs';
import { ImportDialog } from './transfer/ImportDialog';
import { NeedContext } from './form/DialogFrame';
import { needOfDialog } from './need';
import { VerifyDialog } from './transfer/VerifyDialog';

/** The dialog `request` asks for; `onClose` is called once, with true when it did what it is for. */
export function DialogView(props: { request: DialogRequest; onClose: (done: boolean) => void }): React.JSX.Element {
  return (
    <NeedContext.Provider value={needOfDialog(props.request)}>
      <View {...props} />
    </NeedContext.Provider>
  );
}

function View(props: { request: DialogRequest; onClose: (done: boolean) => void }): React.JSX.Element {
  const { request, onClose } = props;
  switch (request.kind) {
    case 'register':
      return <RegisterDialog request={request} onClose={onClose} />;
    case 'alias':
      return <AliasDialog request={request} onClose={onClose} />;
    case 'tags':
      return <TagsDialog request={request} onClose={onClose} />;
    case 'describe':
      return <DescribeDialog request={request} onClose={onClose} />;
    case 'copy':
      return <CopyDialog request={request} onClose={onClose} />;
    case 'create':
      return <CreateDialog request={request} onClose={onClose} />;
    case 'rename':
      return <RenameDialog request={request} onClose={onClose} />;
    case 'rollback':
      return <RollbackDialog request={request} onClose={onClose} />;
    case 'restore':
      return <RestoreDialog request={request} onClose={onClose} />;
    case 'purge':
      return <PurgeDialog request={request} onClose={onClose} />;
    case 'pin':
      return <PinDialog request={request} onClose={onClose} />;
    case 'compare':
      return <CompareDialog request={request} onClose={onClose} />;
    case 'link':
      return <LinkDialog request={request} onClose={onClose} />;
    case 'unlink':
      return <UnlinkDialog request={request} onClose={onClose} />;
    case 'deprecate':
      return <DeprecateDialog request={request} onClose={onClose} />;
    case 'prune':
      return <PruneDialog request={request} onClose={onClose} />;
    case 'remove-alias':
      return <RemoveAliasDialog request={request} onClose={onClose} />;
    case 'delete-versions':
      return <DeleteVersionsDialog request={request} onClose={onClose} />;
    case 'export':
      return <ExportDialog request={request} onClose={onClose} />;
    case 'save-search':
      return <SaveSearchDialog request={request} onClose={onClose} />;
    case 'delete-search':
      return <DeleteSearchDialog request={request} onClose={onClose} />;
    case 'import':
      return <ImportDialog onClose={onClose} />;
    case 'backup':
      return <BackupDialog onClose={onClose} />;
    case 'verify':
      return <VerifyDialog request={request} onClose={onClose} />;
    case 'policy':
      return <PolicyDialog request={request} onClose={onClose} />;
    case 'remove-policy':
      return <RemovePolicyDialog request={request} onClose={onClose} />;
    case 'request':
      return <RequestDialog request={request} onClose={onClose} />;
    case 'request-access':
      return <AccessDialog request={request} onClose={onClose} />;
    case 'decide':
      return <DecideDialog request={request} onClose={onClose} />;
    case 'grant':
      return <GrantDialog request={request} onClose={onClose} />;
    case 'revoke':
      return <RevokeDialog request={request} onClose={onClose} />;
    case 'owner':
      return <OwnerDialog request={request} onClose={onClose} />;
    case 'group':
      return <GroupDialog request={request} onClose={onClose} />;
    case 'tag-policy':
      return <TagPolicyDialog request={request} onClose={onClose} />;
    case 'delete-tag-policy':
      return <DeleteTagPolicyDialog request={request} onClose={onClose} />;
    case 'delete-group':
      return <DeleteGroupDialog request={request} onClose={onClose} />;
    case 'connect':
      return <ConnectDialog request={request} onClose={onClose} />;
    case 'about':
      return <AboutDialog onClose={onClose} />;
    case 'delete':
      return <DeleteDialog request={request} onClose={onClose} />;
  }
}
