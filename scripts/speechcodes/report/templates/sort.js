"use strict";
// Without this, tables are whole; with it, a button in each header sorts them.
const collator = new Intl.Collator("en", { numeric: true });

const valueOf = (row, column) => {
  const cell = row.cells[column];
  return cell.dataset.value ?? cell.textContent;
};

// Numbers by size, text by alphabet, and what is empty last, whichever way.
function compare(a, b, direction) {
  if (a === "" || b === "") return (a === "") - (b === "");
  const difference = Number(a) - Number(b);
  return direction * (Number.isNaN(difference) ? collator.compare(a, b) : difference);
}

function sort(header) {
  const descending = header.getAttribute("aria-sort") === "ascending";
  for (const other of header.parentNode.cells) other.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const body = header.closest("table").tBodies[0];
  const direction = descending ? -1 : 1;
  const column = header.cellIndex;
  body.append(
    ...[...body.rows].sort((a, b) =>
      compare(valueOf(a, column), valueOf(b, column), direction),
    ),
  );
}

for (const header of document.querySelectorAll("table.sortable th")) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(...header.childNodes);
  button.addEventListener("click", () => sort(header));
  header.append(button);
}
