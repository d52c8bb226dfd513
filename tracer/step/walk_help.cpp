// See walk_help.hpp.
#include "tracer/step/walk_help.hpp"

#include <array>
#include <string_view>

#include "tracer/text/cells.hpp"

namespace tracer {

std::vector<KeyHelp> walk_help() {
  return {{"", "Where to"},
          {"→ ↓ j Space", "the next line; after the last one the next sample"},
          {"← ↑ k", "the line before"},
          {"PgDn PgUp", "the next phase, or the one before: forward, backward, update"},
          {"Home End", "the first and the last line of the sample"},
          {"/ g", "to a name: z1, dL/dw1. The same name again goes on: value, gradient, update"},
          {"1 2 3 … #",
           "to a sample or step: its number, then Enter; where a result is asked for, # first"},
          {"] [", "the next sample, the one before"},
          {"J K", "down and up in a working that is longer than its window"},
          {"", "What is shown"},
          {"v", "results as decimals, as fractions, rounded to four digits"},
          {"t Tab", "the computation graph, or the list of lines"},
          {"", "What if"},
          {"= c",
           "another value, from the beginning on: w1 = 0.7, W = [[1, 2], [3, 4]]. All is "
           "derived again; • marks the results that are others now"},
          {"u", "takes the last change back; w1 = alone gives the lesson's own value back"},
          {"", "Predict first"},
          {"p",
           "hides each result until you type it: 0.5, −1.25, 1/3, [[1, 2], [3, 4]], then "
           "Enter. It is judged at the digits that you write"},
          {"s →", "shows the result that is asked for"},
          {"", "And"},
          {"?", "this help; any letter leaves it"},
          {"q Ctrl-C", "ends"}};
}

std::string walk_hints(int columns) {
  struct Hint {
    std::string_view text;
    int need;  // the most needed is 1
  };
  constexpr std::array<Hint, 10> hints{{{"→ next", 3},
                                        {"← back", 4},
                                        {"PgDn phase", 9},
                                        {"/ go to", 7},
                                        {"= change", 5},
                                        {"p predict", 6},
                                        {"v numbers", 8},
                                        {"t graph", 10},
                                        {"? help", 1},
                                        {"q quit", 2}}};
  std::string line;
  for (int least = 1; least <= static_cast<int>(hints.size()); ++least) {
    std::string longer;
    for (const Hint& hint : hints)
      if (hint.need <= least) longer += (longer.empty() ? "" : "  ") + std::string(hint.text);
    if (display_width(longer) > columns) break;
    line = std::move(longer);
  }
  return line;
}

}  // namespace tracer
