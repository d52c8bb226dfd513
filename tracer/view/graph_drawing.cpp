#include "tracer/view/graph_drawing.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "tracer/text/cells.hpp"
#include "tracer/text/markup.hpp"
#include "tracer/view/canvas.hpp"
#include "tracer/view/svg.hpp"

namespace tracer {
namespace {

Uses uses_of(const DrawnGraph& graph) {
  Uses uses;
  for (const DrawnNode& node : graph.nodes) uses.push_back(node.uses);
  return uses;
}

std::string line_of_text(const DrawnNode& node) {
  std::string text = node.name;
  for (std::size_t i = 0; i < node.values.size(); ++i)
    text += (i == 0 ? " = " : "  ") + node.values[i];
  return text;
}

int colour_of_kind(DrawnNode::Kind kind) {
  using enum DrawnNode::Kind;
  return kind == parameter ? class_colour(0) : kind == data ? class_colour(2) : -1;
}

// What leaves a row of a layer for rows of the next one: a horizontal line to a track, a vertical
// one there, and horizontal ones on.
struct Wire {
  int from = 0;
  std::set<int> to;
  int track = -1;  // none: straight on

  int top() const { return std::min(from, *to.begin()); }
  int bottom() const { return std::max(from, *to.rbegin()); }
  bool is_straight() const { return to.size() == 1 && *to.begin() == from; }
};

// Gives every wire that bends a track of its own, left of those whose lines would else run into its
// first one. False where two want to be left of each other.
bool assign_tracks(std::vector<Wire>& wires, int& tracks) {
  std::vector<Wire*> open;
  for (Wire& wire : wires)
    if (!wire.is_straight()) open.push_back(&wire);
  tracks = 0;
  std::vector<std::pair<int, int>> taken;  // of the track that is filled
  while (!open.empty()) {
    bool moved = false;
    taken.clear();
    std::vector<Wire*> later;
    for (Wire* wire : open) {
      // another one ends in the row that this begins in: this has to turn first
      const bool waits = std::ranges::any_of(open, [&](const Wire* other) {
        return other != wire && other->track < 0 && wire->to.contains(other->from);
      });
      const bool overlaps = std::ranges::any_of(taken, [&](const auto& rows) {
        return wire->top() <= rows.second && rows.first <= wire->bottom();
      });
      if (waits || overlaps) {
        later.push_back(wire);
        continue;
      }
      taken.emplace_back(wire->top(), wire->bottom());
      wire->track = tracks;
      moved = true;
    }
    if (!moved) return false;
    open = std::move(later);
    ++tracks;
  }
  return true;
}

enum Side : unsigned { left = 1, right = 2, up = 4, down = 8 };

char32_t line_character(unsigned sides, bool unicode) {
  constexpr std::u32string_view drawn = U" ───│┘└┴│┐┌┬│┤├┼";
  if (unicode) return drawn[sides];
  const bool across = (sides & (left | right)) != 0, along = (sides & (up | down)) != 0;
  return across && along ? U'+' : across ? U'-' : U'|';
}

struct Channel {
  std::vector<Wire> wires;
  int tracks = 0;
};

// The wires between each two layers; nothing where they can't be told from each other.
std::optional<std::vector<Channel>> channels_of(const LayeredLayout& layout) {
  std::vector<Channel> channels(static_cast<std::size_t>(std::max(layout.layers - 1, 0)));
  for (const LayeredLayout::Route& route : layout.routes) {
    const auto first = static_cast<std::size_t>(layout.nodes[route.from].layer);
    for (std::size_t i = 0; i + 1 < route.rows.size(); ++i) {
      std::vector<Wire>& wires = channels[first + i].wires;
      auto wire = std::ranges::find(wires, route.rows[i], &Wire::from);
      if (wire == wires.end()) wire = wires.insert(wires.end(), Wire{route.rows[i], {}, -1});
      wire->to.insert(route.rows[i + 1]);
    }
  }
  for (Channel& channel : channels)
    if (!assign_tracks(channel.wires, channel.tracks)) return std::nullopt;
  return channels;
}

class TextDrawing {
 public:
  TextDrawing(const DrawnGraph& graph, LayeredLayout layout, std::vector<Channel> channels,
              const Style& style)
      : graph_(graph), layout_(std::move(layout)), channels_(std::move(channels)), style_(style) {
    widths_.resize(static_cast<std::size_t>(layout_.layers));
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      int& width = widths_[static_cast<std::size_t>(layout_.nodes[i].layer)];
      width = std::max(width, display_width(line_of_text(graph_.nodes[i])));
    }
    int column = 0;
    for (std::size_t k = 0; k < widths_.size(); ++k) {
      starts_.push_back(column);
      column += widths_[k] + (k < channels_.size() ? around + channels_[k].tracks : 0);
    }
    columns_ = column;
  }

  std::string text() {
    Canvas canvas(std::max(columns_, 1), std::max(layout_.rows, 1));
    lines_.assign(static_cast<std::size_t>(canvas.rows()),
                  std::vector<unsigned>(static_cast<std::size_t>(canvas.columns())));
    over_ = lines_;
    for (std::size_t k = 0; k < channels_.size(); ++k) draw(channels_[k], k);
    pass_through();
    for (int row = 0; row < canvas.rows(); ++row)
      for (int column = 0; column < canvas.columns(); ++column)
        if (const unsigned sides = sides_at(column, row); sides != 0)
          canvas.at(column, row).c = line_character(sides, style_.unicode);
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i) {
      const auto& [layer, row] = layout_.nodes[i];
      canvas.write(starts_[static_cast<std::size_t>(layer)], row, line_of_text(graph_.nodes[i]),
                   colour_of_kind(graph_.nodes[i].kind));
    }
    return canvas.text(style_);
  }

 private:
  static constexpr int around = 4;  // columns of a channel beside its tracks

  // A horizontal line that only passes a vertical one lies under it.
  unsigned sides_at(int column, int row) const {
    const unsigned flat = lines_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
    const unsigned upright = over_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
    const bool passes = upright == (up | down) && flat == (left | right);
    return passes ? upright : upright | flat;
  }

  void across(int row, int from, int to) {
    for (int column = from; column <= to; ++column) {
      unsigned& at = lines_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
      if (column > from) at |= left;
      if (column < to) at |= right;
    }
  }

  // Where a line begins or ends in a vertical one, it is joined to it.
  void join(int row, int column, unsigned side) {
    over_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] |= side;
  }

  int label_end(std::size_t layer, int row) const {
    for (std::size_t i = 0; i < graph_.nodes.size(); ++i)
      if (layout_.nodes[i].layer == static_cast<int>(layer) && layout_.nodes[i].row == row)
        return starts_[layer] + display_width(line_of_text(graph_.nodes[i])) + 1;
    return starts_[layer];  // a route that passes
  }

  void draw(const Channel& channel, std::size_t layer) {
    const int begin = starts_[layer] + widths_[layer] + 2;
    const int end = starts_[layer + 1] - 2;
    for (const Wire& wire : channel.wires) {
      const int out = label_end(layer, wire.from);
      if (wire.is_straight()) {
        across(wire.from, out, end);
        continue;
      }
      const int track = begin + wire.track;
      across(wire.from, out, track - 1);
      extend(wire.from, track - 1, right);
      join(wire.from, track, left);
      for (int row = wire.top(); row <= wire.bottom(); ++row) {
        if (row > wire.top()) join(row, track, up);
        if (row < wire.bottom()) join(row, track, down);
      }
      for (const int row : wire.to) {
        join(row, track, right);
        if (track + 1 <= end) {
          across(row, track + 1, end);
          extend(row, track + 1, left);
        }
      }
    }
  }
  void extend(int row, int column, unsigned side) {
    lines_[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] |= side;
  }

  // Through the layers that a route only passes, and up to the next label.
  void pass_through() {
    for (const LayeredLayout::Route& route : layout_.routes) {
      const auto first = static_cast<std::size_t>(layout_.nodes[route.from].layer);
      for (std::size_t i = 1; i + 1 < route.rows.size(); ++i) {
        const std::size_t layer = first + i;
        across(route.rows[i], starts_[layer] - 2, starts_[layer] + widths_[layer] + 1);
      }
    }
  }

  const DrawnGraph& graph_;
  LayeredLayout layout_;
  std::vector<Channel> channels_;
  const Style& style_;
  std::vector<int> widths_, starts_;
  int columns_ = 0;
  std::vector<std::vector<unsigned>> lines_, over_;
};

}  // namespace

std::string graph_text(const DrawnGraph& graph, const Style& style) {
  LayeredLayout layout = layered(uses_of(graph));
  auto channels = channels_of(layout);
  if (!channels) {
    // every second layer half a row lower: no line begins in a row that another one ends in
    for (LayeredLayout::Place& place : layout.nodes) place.row = 2 * place.row + place.layer % 2;
    for (LayeredLayout::Route& route : layout.routes) {
      int layer = layout.nodes[route.from].layer;
      for (int& row : route.rows) row = 2 * row + layer++ % 2;
    }
    layout.rows = 2 * layout.rows + 1;
    channels = channels_of(layout);
  }
  return TextDrawing(graph, std::move(layout), std::move(*channels), style).text();
}

namespace {

constexpr std::array kind_names{"data", "parameter", "line", "loss"};

std::string escaped_for_dot(const std::string& text) {
  std::string set;
  for (const char c : text) {
    if (c == '"' || c == '\\') set += '\\';
    set += c;
  }
  return set;
}

}  // namespace

std::string graph_svg(const DrawnGraph& graph) {
  constexpr int box_height = 24, line_height = 16, margin = 12, gap = 44, row_gap = 14;
  const auto wide = [](const std::string& text) {
    return static_cast<int>(std::ceil(svg_width(text)));
  };
  const LayeredLayout layout = layered(uses_of(graph));
  std::size_t lines = 0;
  std::vector<int> widths(static_cast<std::size_t>(layout.layers));
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const DrawnNode& node = graph.nodes[i];
    lines = std::max(lines, node.values.size());
    int& width = widths[static_cast<std::size_t>(layout.nodes[i].layer)];
    width = std::max(width, wide(node.name) + 2 * margin);
    for (const std::string& value : node.values) width = std::max(width, wide(value) + margin);
  }
  const int height = box_height + line_height * static_cast<int>(lines);
  std::vector<int> starts;
  int x = margin;
  for (const int width : widths) {
    starts.push_back(x);
    x += width + gap;
  }
  const auto top = [&](int row) { return margin + row * (height + row_gap); };
  const auto middle = [&](int row) { return top(row) + height / 2; };
  const int across = x - gap + margin;
  const int down = top(layout.rows) - row_gap + margin;
  const bool links =
      std::ranges::any_of(graph.nodes, [](const DrawnNode& node) { return !node.link.empty(); });
  std::string drawn = "<g class=\"graph\">\n";
  for (const LayeredLayout::Route& route : layout.routes) {
    const auto first = static_cast<std::size_t>(layout.nodes[route.from].layer);
    std::string path;
    for (std::size_t i = 0; i + 1 < route.rows.size(); ++i) {
      const int from = starts[first + i] + widths[first + i];
      const int to = starts[first + i + 1];
      const int half = (from + to) / 2;
      const int y1 = middle(route.rows[i]), y2 = middle(route.rows[i + 1]);
      path += i == 0 ? fmt::format("M{} {}", from, y1) : fmt::format("H{}", from);
      path += y1 == y2 ? fmt::format("H{}", to)
                       : fmt::format("C{} {} {} {} {} {}", half, y1, half, y2, to, y2);
    }
    drawn += fmt::format(
        "<path class=\"edge\" data-from=\"{}\" data-to=\"{}\" fill=\"none\" stroke=\"#808080\" "
        "d=\"{}\"/>\n",
        html_escaped(graph.nodes[route.from].name), html_escaped(graph.nodes[route.to].name), path);
  }
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const DrawnNode& node = graph.nodes[i];
    const auto layer = static_cast<std::size_t>(layout.nodes[i].layer);
    const int left_edge = starts[layer], upper = top(layout.nodes[i].row), width = widths[layer];
    std::string set = fmt::format(
        "<g class=\"node {}\" data-name=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" "
        "rx=\"{}\" fill=\"none\" stroke=\"#808080\"/>",
        kind_names[static_cast<std::size_t>(node.kind)], html_escaped(node.name), left_edge, upper,
        width, height, node.uses.empty() ? 3 : 12);
    const auto add_text = [&](int line, const std::string& text) {
      set += svg_text({.x = left_edge + width / 2.0,
                       .y = upper + 16.0 + line * line_height,
                       .text = text,
                       .anchor = Anchor::middle,
                       .soft = false});
    };
    add_text(0, node.name);
    for (std::size_t k = 0; k < node.values.size(); ++k)
      add_text(static_cast<int>(k) + 1, node.values[k]);
    set += "</g>";
    drawn += node.link.empty()
                 ? set + "\n"
                 : fmt::format("<a href=\"{}\">{}</a>\n", html_escaped(node.link), set);
  }
  return svg_picture(across, down, graph.title, drawn + "</g>\n", links ? "group" : "img");
}

std::string graph_dot(const DrawnGraph& graph) {
  std::string dot = fmt::format("digraph \"{}\" {{\n  rankdir=LR\n  node [shape=box]\n",
                                escaped_for_dot(graph.title));
  for (const DrawnNode& node : graph.nodes) {
    std::string label = escaped_for_dot(node.name);
    if (!node.formula.empty()) label += " = " + escaped_for_dot(node.formula);
    for (const std::string& value : node.values) label += "\\n" + escaped_for_dot(value);
    dot += fmt::format("  \"{}\" [label=\"{}\"{}]\n", escaped_for_dot(node.name), label,
                       node.uses.empty() ? "" : ", style=rounded");
    for (const std::size_t used : node.uses)
      dot += fmt::format("  \"{}\" -> \"{}\"\n", escaped_for_dot(graph.nodes[used].name),
                         escaped_for_dot(node.name));
  }
  return dot + "}\n";
}

DrawnGraph without_leaves(const DrawnGraph& graph) {
  DrawnGraph made{graph.title, {}};
  std::map<std::size_t, std::size_t> numbers;
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const DrawnNode& node = graph.nodes[i];
    using enum DrawnNode::Kind;
    if (node.kind == data || node.kind == parameter) continue;
    numbers[i] = made.nodes.size();
    made.nodes.push_back(node);
    std::erase_if(made.nodes.back().uses,
                  [&](std::size_t used) { return !numbers.contains(used); });
    for (std::size_t& used : made.nodes.back().uses) used = numbers.at(used);
  }
  return made;
}

}  // namespace tracer
