// Does something soon, but never more often than every `gap` milliseconds, one at a time, and not in a hidden page.
export function seldom(work, gap) {
  let began = -gap;
  let timer = 0;
  let again = false;

  async function run() {
    again = false;
    if (!document.hidden) {
      began = performance.now();
      await work();
    }
    timer = 0;
    if (again) soon();
  }

  function soon() {
    again = true;
    if (!timer && !document.hidden) timer = setTimeout(run, Math.max(0, began + gap - performance.now()));
  }

  document.addEventListener("visibilitychange", soon);
  return soon;
}
