import { canSaveFile, saveFile } from "../live/bundle.js";

/** Offers to save pending answers as a file, where that is possible. */
export function SaveFile({ exam, state }) {
  if (!canSaveFile(state)) return null;
  return (
    <>
      <p>{state.undeliverable ? "Save" : "If the connection does not come back, save"} your answers as a file and give it to your teacher, for example on a USB stick or by e-mail. Only your school can open it.</p>
      <p><button type="button" class="button button--secondary" onClick={() => saveFile(exam)} data-testid="save-file">Save the answers as a file</button></p>
      {state.fileSaved && <p role="status"><strong>The file is in the downloads folder of this device.</strong> Do not clear this browser’s data until your teacher has it.</p>}
    </>
  );
}
