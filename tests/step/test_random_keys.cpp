#include <random>

#include "tests/catch.hpp"
#include "tests/step/walks.hpp"
#include "tests/view/look.hpp"

namespace tracer {
namespace {

// What somebody may press who does not look: keys, answers to what is asked, other windows.
Key random_key(std::mt19937& random) {
  using Kind = Key::Kind;
  const auto below = [&](unsigned n) { return random() % n; };
  if (below(3) == 0) {
    constexpr std::u32string_view letters = U" jkJK[]g/#=cuvtps?0123.-−(x)wzb∂";
    return Key::of(letters[below(static_cast<unsigned>(letters.size()))]);
  }
  constexpr Kind kinds[] = {Kind::left,      Kind::right,       Kind::up,      Kind::down,
                            Kind::page_up,   Kind::page_down,   Kind::home,    Kind::end,
                            Kind::scroll_up, Kind::scroll_down, Kind::enter,   Kind::escape,
                            Kind::backspace, Kind::tab,         Kind::resized, Kind::other};
  return {kinds[below(std::size(kinds))]};
}

}  // namespace

TEST_CASE("walk: whatever is pressed, in a window of any size, it goes on and fits", "[step]") {
  struct Tried {
    std::string lesson;
    std::vector<std::string> settings;
  };
  const std::vector<Tried> all{
      {"relu-1-1-1", {"w1 = 0.7", "b2 = -1/3", "w1 =", "w2 = [1, 2]", "zz = 1"}},
      {"attention-2x2", {"Q = [[1, 2], [0, 1]]", "V = [[0, 0], [0, 0]]", "K = 1"}},
      {"skip-connection", {"W1 = [[1, 2]]", "x = 1"}},
      {"momentum-and-adam", {"x = 3"}},
      {"l2-regularisation", {"lambda = 0"}}};
  for (const Tried& tried : all) {
    CAPTURE(tried.lesson);
    Walked walked(tried.lesson);
    std::mt19937 random(7);
    for (int i = 0; i < 1500; ++i) {
      if (random() % 40 == 0) {
        walked.press(Key::Kind::escape);
        walked.answer("=", tried.settings[random() % tried.settings.size()]);
      } else {
        walked.walk.press(random_key(random));
      }
      REQUIRE(!walked.walk.is_over());
      if (random() % 4 != 0) continue;
      const ScreenSize size{static_cast<int>(1 + random() % 130),
                            static_cast<int>(1 + random() % 45)};
      const Screen screen = screen_of(walked.walk, size, {.unicode = random() % 5 != 0});
      walked.walk.limit_scroll(screen.scrolled);
      CAPTURE(i, size.columns, size.rows, text_of(screen));
      REQUIRE(static_cast<int>(screen.rows.size()) <= size.rows);
      REQUIRE(widest_line(text_of(screen)) <= size.columns);
    }
  }
}

}  // namespace tracer
