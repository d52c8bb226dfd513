#include <algorithm>
#include <random>
#include <set>

#include "tests/catch.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/utf8.hpp"
#include "tracer/view/graph_drawing.hpp"

namespace tracer {
namespace {

// w1, x → z1 → a1; a1, w2 → z2
DrawnGraph chain() {
  DrawnGraph graph{"chain", {}};
  const auto add = [&](const char* name, std::vector<std::size_t> uses) {
    DrawnNode node;
    node.name = name;
    node.kind = uses.empty() ? DrawnNode::Kind::parameter : DrawnNode::Kind::line;
    node.uses = std::move(uses);
    graph.nodes.push_back(std::move(node));
  };
  add("w1", {});
  add("x", {});
  add("z1", {0, 1});
  add("w2", {});
  add("z2", {2, 3, 1});
  return graph;
}

Uses random_uses(std::mt19937& random, std::size_t nodes) {
  Uses uses(nodes);
  for (std::size_t i = 1; i < nodes; ++i)
    for (std::size_t k = 0; k < 3; ++k)
      if (const std::size_t used = random() % i; random() % 2 == 0)
        if (std::ranges::find(uses[i], used) == uses[i].end()) uses[i].push_back(used);
  return uses;
}

}  // namespace

TEST_CASE("layers: what is used stands before its user, no two share a place", "[view]") {
  std::mt19937 random(7);
  for (int trial = 0; trial < 200; ++trial) {
    const Uses uses = random_uses(random, 1 + random() % 30);
    const LayeredLayout layout = layered(uses);
    REQUIRE(layout.nodes.size() == uses.size());
    std::set<std::pair<int, int>> places;
    for (const auto& [layer, row] : layout.nodes) {
      CHECK(places.insert({layer, row}).second);
      CHECK(row >= 0);
      CHECK(row < layout.rows);
    }
    std::size_t edges = 0;
    for (std::size_t i = 0; i < uses.size(); ++i) edges += uses[i].size();
    REQUIRE(layout.routes.size() == edges);
    for (const LayeredLayout::Route& route : layout.routes) {
      const auto &from = layout.nodes[route.from], &to = layout.nodes[route.to];
      CHECK(from.layer < to.layer);
      REQUIRE(route.rows.size() == static_cast<std::size_t>(to.layer - from.layer + 1));
      CHECK(route.rows.front() == from.row);
      CHECK(route.rows.back() == to.row);
      for (std::size_t k = 1; k + 1 < route.rows.size(); ++k)
        CHECK(places.count({from.layer + static_cast<int>(k), route.rows[k]}) == 0);
    }
  }
}

// Follows the lines of a drawing from the end of a label, and finds the labels that it leads to.
TEST_CASE("a drawing with characters leads from each node to its users", "[view]") {
  std::mt19937 random(11);
  for (int trial = 0; trial < 150; ++trial) {
    const Uses uses = random_uses(random, 2 + random() % 14);
    DrawnGraph graph{"", {}};
    for (std::size_t i = 0; i < uses.size(); ++i) {
      DrawnNode node;
      node.name = std::string(1, static_cast<char>('A' + static_cast<char>(i)));
      node.uses = uses[i];
      graph.nodes.push_back(node);
    }
    const std::string text = graph_text(graph, {});
    INFO(text);
    std::vector<std::u32string> rows;
    for (const std::string& line : lines_of(text)) {
      std::u32string row;
      for (std::size_t at = 0; at < line.size();) row += utf8::next(line, at);
      rows.push_back(row);
    }
    const auto at = [&](int row, int column) -> char32_t {
      if (row < 0 || row >= static_cast<int>(rows.size()) || column < 0) return U' ';
      const std::u32string& line = rows[static_cast<std::size_t>(row)];
      return column < static_cast<int>(line.size()) ? line[static_cast<std::size_t>(column)] : U' ';
    };
    const auto opens = [](char32_t c, char side) {
      const std::u32string with = side == 'l'   ? U"─┐┘┤┬┴┼"
                                  : side == 'r' ? U"─┌└├┬┴┼"
                                  : side == 'u' ? U"│┘└├┤┴┼"
                                                : U"│┐┌├┤┬┼";
      return with.find(c) != std::u32string::npos;
    };
    for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
      std::set<std::size_t> reached, users;
      for (std::size_t k = 0; k < uses.size(); ++k)
        if (std::ranges::find(uses[k], i) != uses[k].end()) users.insert(k);
      for (int row = 0; row < static_cast<int>(rows.size()); ++row)
        for (int column = 0; column < static_cast<int>(rows[static_cast<std::size_t>(row)].size());
             ++column) {
          if (at(row, column) != static_cast<char32_t>(graph.nodes[i].name[0])) continue;
          // (row, column, coming from): to the right, up and down, never back to the left
          std::set<std::tuple<int, int, char>> seen;
          std::vector<std::tuple<int, int, char>> open{{row, column + 2, 'l'}};
          while (!open.empty()) {
            const auto here = open.back();
            open.pop_back();
            if (!seen.insert(here).second) continue;
            const auto [r, c, from] = here;
            const char32_t sign = at(r, c);
            if (sign >= U'A' && sign <= U'Z') {
              reached.insert(static_cast<std::size_t>(sign - U'A'));
              continue;
            }
            if (from == 'l' && sign == U' ') {  // the blank before a label
              if (at(r, c + 1) >= U'A' && at(r, c + 1) <= U'Z') open.emplace_back(r, c + 1, 'l');
              continue;
            }
            // one that passes under a vertical line comes out behind it
            if (from == 'l' && sign == U'│') {
              open.emplace_back(r, c + 1, 'l');
              continue;
            }
            const char back = from;
            if (!opens(sign, back)) continue;
            if (opens(sign, 'r')) open.emplace_back(r, c + 1, 'l');
            if (opens(sign, 'u') && from != 'u') open.emplace_back(r - 1, c, 'd');
            if (opens(sign, 'd') && from != 'd') open.emplace_back(r + 1, c, 'u');
          }
        }
      for (const std::size_t user : users) CHECK(reached.count(user) == 1);
    }
  }
}

TEST_CASE("a drawing names its nodes and their values", "[view]") {
  DrawnGraph graph = chain();
  graph.nodes[2].values = {"2.06", "∂ −1.9"};
  const std::string text = graph_text(graph, {});
  INFO(text);
  CHECK(has(text, "z1 = 2.06  ∂ −1.9"));
  CHECK(has(graph_text(graph, {.unicode = false}), "w1 -"));
  const std::string svg = graph_svg(graph);
  CHECK(has(svg, "data-from=\"w2\" data-to=\"z2\""));
  CHECK(has(svg, ">∂ −1.9</text>"));
  const std::string dot = graph_dot(graph);
  CHECK(has(dot, "\"x\" -> \"z2\""));
  const DrawnGraph lines = without_leaves(graph);
  REQUIRE(lines.nodes.size() == 2);
  CHECK(lines.nodes[1].uses == std::vector<std::size_t>{0});
}

TEST_CASE("a graph of nothing and names that are no markup", "[view]") {
  CHECK(graph_text({}, {}) == "\n");
  DrawnGraph graph{"<script>", {}};
  graph.nodes.push_back({"a<b", DrawnNode::Kind::data, "", {"\"&"}, {}, ""});
  const std::string svg = graph_svg(graph);
  CHECK(!has(svg, "<script>"));
  CHECK(has(svg, "a&lt;b"));
  CHECK(has(graph_dot(graph), "\\\""));
}

}  // namespace tracer
