import { useEffect, useMemo, useState } from "preact/hooks";
import { plural } from "../../lib/format.js";
import { BarChart } from "./bar-chart.jsx";

const LABELS_AT_MOST = 20;
const LOOK_AGAIN_MS = 3000;

// How many have answered each question.
export function AnsweredChart({ questions, attempts }) {
  const items = useMemo(() => questions.map((question) => answeredItem(question, attempts, questions.length)), [questions, attempts]);
  if (!questions.length || !attempts) return null;
  return (
    <BarChart
      title="Answered, question by question"
      note={`of ${plural(attempts, "student")} who started`}
      columns={["Question", "Answered", "Share"]}
      items={items}
    />
  );
}

function answeredItem({ questionId, orderIndex, answered }, attempts, count) {
  const share = Math.min(1, answered / attempts);
  return {
    key: questionId,
    label: count <= LABELS_AT_MOST || orderIndex === 1 || orderIndex % 5 === 0 ? orderIndex : "",
    words: `Question ${orderIndex}: ${answered} of ${attempts} answered`,
    share,
    cells: [`Question ${orderIndex}`, `${answered} of ${attempts}`, `${Math.round(100 * share)} %`],
  };
}

// How the scores lie, as soon as there are some: asked for again whenever one more attempt is graded.
export function ScoreChart({ live, graded }) {
  const stats = useStats(live, graded);
  const items = useMemo(() => (stats?.distribution ?? []).map(scoreItem), [stats]);
  const count = items.reduce((sum, item) => sum + item.count, 0);
  if (!count) return null;
  return (
    <BarChart
      title="Scores so far"
      note={`${plural(count, "result")}, mean ${Math.round(stats.averageScore)} %`}
      columns={["Score", "Students"]}
      items={items}
    />
  );
}

function scoreItem({ from, to, count }, _index, all) {
  const most = Math.max(...all.map((one) => one.count), 1);
  return {
    key: from,
    label: `${from}`,
    words: `${from} to ${to} percent: ${plural(count, "student")}`,
    share: count / most,
    count,
    cells: [`${from} to ${to} %`, count],
  };
}

function useStats(live, graded) {
  const [stats, setStats] = useState(null);
  useEffect(() => {
    if (!graded) return undefined;
    let wanted = true;
    const look = () => live.stats().then((found) => wanted && setStats(found), () => {});
    const timer = setTimeout(look, stats ? LOOK_AGAIN_MS : 0);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [graded]);
  return stats;
}
