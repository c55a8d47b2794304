import { useEffect, useMemo, useState } from "preact/hooks";
import { plural } from "../../lib/format.js";
import { BarChart } from "./bar-chart.jsx";

const MAX_LABELS = 20;
const REFRESH_DELAY_MS = 3000;

// The number of students who have answered each question.
export function AnsweredChart({ questions, attempts }) {
  const items = useMemo(() => questions.map((question) => answeredItem(question, attempts, questions.length)), [questions, attempts]);
  if (!questions.length || !attempts) return null;
  return (
    <BarChart
      title="Answered by question"
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
    label: count <= MAX_LABELS || orderIndex === 1 || orderIndex % 5 === 0 ? orderIndex : "",
    text: `Question ${orderIndex}: ${answered} of ${attempts} answered`,
    share,
    cells: [`Question ${orderIndex}`, `${answered} of ${attempts}`, `${Math.round(100 * share)} %`],
  };
}

// The distribution of scores, fetched again whenever another attempt is graded.
export function ScoreChart({ monitor, graded }) {
  const stats = useStats(monitor, graded);
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
    text: `${from} to ${to} percent: ${plural(count, "student")}`,
    share: count / most,
    count,
    cells: [`${from} to ${to} %`, count],
  };
}

function useStats(monitor, graded) {
  const [stats, setStats] = useState(null);
  useEffect(() => {
    if (!graded) return undefined;
    let active = true;
    const load = () => monitor.stats().then((found) => active && setStats(found), () => {});
    const timer = setTimeout(load, stats ? REFRESH_DELAY_MS : 0);
    return () => {
      active = false;
      clearTimeout(timer);
    };
  }, [graded]);
  return stats;
}
