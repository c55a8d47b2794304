import { ActionDialog } from "./action-dialog.jsx";
import { StudentDrawer } from "./student-drawer.jsx";
import { EndDialog } from "./end-exam-dialog.jsx";
import { SettleDialog } from "./resolve-dialog.jsx";

// What lies over the page: the drawer of a student, and above it the dialog that was asked for.
export function Dialogs({ dialog, drawer, live, board, rows, now, usable, onAct, onSettle, onSaid, onClose, onCloseDrawer }) {
  const row = board.rows[drawer];
  return (
    <>
      {row && (
        <StudentDrawer
          key={drawer}
          row={row}
          board={board}
          live={live}
          now={now}
          usable={usable}
          running={board.session.status === "in_progress"}
          onAct={(name) => onAct(name, [drawer])}
          onSettle={onSettle}
          onClose={onCloseDrawer}
        />
      )}
      {dialog?.name === "end" && <EndDialog live={live} rows={rows} now={now} onClose={onClose} />}
      {dialog?.name === "settle" && <SettleDialog kind={dialog.kind} item={dialog.item} live={live} onClose={onClose} />}
      {dialog?.ids && <ActionDialog {...dialog} live={live} board={board} usable={usable} onSaid={onSaid} onClose={onClose} />}
    </>
  );
}
