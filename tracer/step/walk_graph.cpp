// See walk_graph.hpp.
#include "tracer/step/walk_graph.hpp"

#include <algorithm>
#include <optional>

#include "tracer/render/graph_page.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

bool is_among(const std::string& name, const std::vector<std::string>& names) {
  return std::ranges::find(names, name) != names.end();
}

// Of which names a node has the value and the gradient.
struct InGraph {
  std::vector<std::string> values, gradients;
};

// What the walk has come to.
InGraph reached_by(const Walk& walk) {
  InGraph reached;
  const StepPage& page = walk.page();
  for (const auto* givens : {&page.step.data, &page.step.weights})
    for (const Given& given : *givens) reached.values.push_back(given.name);
  for (std::size_t i = 0; i <= walk.line(); ++i) {
    if (walk.is_hidden(i)) continue;
    const StepLine& line = page.lines[i];
    if (line.phase == Phase::forward) reached.values.push_back(line.name);
    if (line.phase == Phase::backward) reached.gradients.push_back(line.name);
  }
  return reached;
}

void keep(std::vector<std::string>& names, const std::vector<std::string>& wanted) {
  std::erase_if(names, [&](const std::string& name) { return !is_among(name, wanted); });
}

DrawnGraph with_numbers(DrawnGraph graph, const DerivationStep& step, const InGraph& shown) {
  for (DrawnNode& node : graph.nodes) node.values.clear();
  DrawnGraph values = graph, gradients = graph;
  add_numbers(values, step, {.values = true, .gradients = false});
  add_numbers(gradients, step, {.values = false, .gradients = true});
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    DrawnNode& node = graph.nodes[i];
    if (is_among(node.name, shown.values)) node.values = values.nodes[i].values;
    if (is_among(node.name, shown.gradients))
      for (const std::string& gradient : gradients.nodes[i].values) node.values.push_back(gradient);
  }
  return graph;
}

// What the active line is made of: what it uses, or on the way back the lines that use it.
std::vector<std::string> neighbours_of(const Walk& walk, const DrawnGraph& graph) {
  std::vector<std::string> names;
  const StepLine& line = walk.active();
  for (const DrawnNode& node : graph.nodes) {
    if (line.phase == Phase::forward && node.name == line.name)
      for (const std::size_t used : node.uses) names.push_back(graph.nodes[used].name);
    if (line.phase != Phase::backward) continue;
    for (const std::size_t used : node.uses)
      if (graph.nodes[used].name == line.name) names.push_back(node.name);
  }
  return names;
}

struct Found {
  int row = 0;
  std::size_t at = 0;  // byte
};

// A node's name stands between blanks.
std::optional<Found> find_node(const std::vector<std::string>& lines, const std::string& name) {
  for (std::size_t row = 0; row < lines.size(); ++row) {
    const std::string& line = lines[row];
    for (std::size_t at = line.find(name); at != std::string::npos; at = line.find(name, at + 1)) {
      const std::size_t end = at + name.size();
      if ((at == 0 || line[at - 1] == ' ') && (end == line.size() || line[end] == ' '))
        return Found{static_cast<int>(row), at};
    }
  }
  return std::nullopt;
}

ScreenRow row_with(const std::string& line, int row,
                   const std::vector<std::pair<Found, StyledText>>& marks) {
  ScreenRow made;
  std::size_t at = 0;
  std::vector<std::pair<Found, StyledText>> here;
  for (const auto& mark : marks)
    if (mark.first.row == row) here.push_back(mark);
  std::ranges::sort(here, {}, [](const auto& mark) { return mark.first.at; });
  for (const auto& [found, text] : here) {
    if (found.at < at) continue;
    made.push_back({line.substr(at, found.at - at)});
    made.push_back(text);
    at = found.at + text.text.size();
  }
  made.push_back({line.substr(at)});
  return made;
}

int widest(const std::vector<std::string>& lines) {
  int width = 0;
  for (const std::string& line : lines) width = std::max(width, display_width(line));
  return width;
}

// With all numbers that the walk has come to; where that is too wide, with fewer: those of the phase,
// those of the active node and its neighbours.
std::vector<std::string> drawn(const Walk& walk, const DrawnGraph& graph,
                               std::vector<std::string> near, int columns, const Style& style) {
  InGraph numbers = reached_by(walk);
  near.push_back(walk.active().name);
  std::vector<std::string> lines;
  const auto draw = [&] {
    lines = lines_of(graph_text(with_numbers(graph, walk.page().step, numbers),
                                {.colour = false, .width = 1 << 20, .unicode = style.unicode}));
    return widest(lines) <= columns;
  };
  if (draw()) return lines;
  (walk.active().phase == Phase::forward ? numbers.gradients : numbers.values).clear();
  if (draw()) return lines;
  numbers = reached_by(walk);
  keep(numbers.values, near);
  keep(numbers.gradients, near);
  draw();
  return lines;
}

}  // namespace

std::vector<ScreenRow> graph_rows(const Walk& walk, int columns, int rows, const Style& style) {
  Derivation parameters;
  parameters.parameters = walk.page().parameters;
  const DrawnGraph graph = graph_of(parameters, walk.page().step);
  if (graph.nodes.empty()) return {{{"there is no line to be drawn", Stress::faint}}};
  const Folded shown = folded(graph);
  const std::vector<std::string> neighbours = neighbours_of(walk, graph);
  const std::vector<std::string> lines = drawn(walk, shown.graph, neighbours, columns, style);
  std::vector<std::pair<Found, StyledText>> marks;
  const auto mark = [&](const std::string& name, Stress stress) {
    if (const auto found = find_node(lines, name)) marks.push_back({*found, {name, stress}});
  };
  if (walk.active().phase != Phase::given) mark(walk.active().name, Stress::active);
  for (const std::string& name : neighbours) mark(name, Stress::bold);
  int across = 0, down = 0;
  if (!marks.empty()) {  // the active node; where it is left out, one beside it
    const Found& found = marks.front().first;
    const std::string& line = lines[static_cast<std::size_t>(found.row)];
    across = display_width(std::string_view(line).substr(0, found.at)) - columns / 2;
    down = found.row - rows / 2;
  }
  const int width = widest(lines);
  const int height = static_cast<int>(lines.size());
  across = std::max(std::min(across, width - columns), 0);
  down = std::max(std::min(down, height - rows), 0);
  std::vector<ScreenRow> made;
  for (int row = down; row < std::min(down + rows, height); ++row)
    made.push_back(
        cropped(row_with(lines[static_cast<std::size_t>(row)], row, marks), across, columns));
  if (!shown.remark.empty() && static_cast<int>(made.size()) < rows)
    made.push_back({{"parameters and data are left out: there are too many", Stress::faint}});
  return made;
}

}  // namespace tracer
