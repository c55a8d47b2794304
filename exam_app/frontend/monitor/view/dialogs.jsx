import { ActionDialog } from "./action-dialog.jsx";
import { StudentDrawer } from "./student-drawer.jsx";
import { EndExamDialog } from "./end-exam-dialog.jsx";
import { ResolveDialog } from "./resolve-dialog.jsx";

// The drawer of a student, and above it the open dialog.
export function Dialogs({ dialog, drawer, monitor, board, rows, now, usable, onAction, onResolve, onAnnounce, onClose, onCloseDrawer }) {
  const row = board.rows[drawer];
  return (
    <>
      {row && (
        <StudentDrawer
          key={drawer}
          row={row}
          board={board}
          monitor={monitor}
          now={now}
          usable={usable}
          onAction={(name) => onAction(name, [drawer])}
          onResolve={onResolve}
          onClose={onCloseDrawer}
        />
      )}
      {dialog?.name === "end" && <EndExamDialog monitor={monitor} rows={rows} now={now} onClose={onClose} />}
      {dialog?.name === "resolve" && <ResolveDialog kind={dialog.kind} item={dialog.item} monitor={monitor} onClose={onClose} />}
      {dialog?.ids && <ActionDialog {...dialog} monitor={monitor} board={board} usable={usable} onAnnounce={onAnnounce} onClose={onClose} />}
    </>
  );
}
