// Grey pictures in the terminal.
#include <limits>

#include "datasets/png.hpp"
#include "tests/catch.hpp"
#include "tests/view/look.hpp"
#include "tests/view/svg_text.hpp"
#include "tracer/error.hpp"
#include "tracer/view/picture.hpp"

using namespace tracer;

namespace {

const Picture small{{0, 0.5F, 1, 0, 1, 0}, 3, 2, "true 7"};

Picture square(int side, const std::string& caption) {
  Picture p{{}, side, side, caption};
  for (int i = 0; i < side * side; ++i) p.pixels.push_back(static_cast<float>(i % 7) / 6);
  return p;
}

}  // namespace

TEST_CASE("with colour a cell is two pixels, the upper in its ink", "[view]") {
  CHECK(pictures({small}, {.colour = true}) ==
        "\x1b[38;5;16m\x1b[48;5;231m▀\x1b[38;5;244m\x1b[48;5;16m▀\x1b[0m\n"
        "\x1b[38;5;231m\x1b[48;5;16m▀\x1b[38;5;16m▀\x1b[0m\n"
        "true 7\n");
}

TEST_CASE("without colour pictures are dots, or shades of ASCII", "[view]") {
  CHECK(pictures({small, small}, {}) == "⠆       ⠆\ntrue 7  true 7\n");
  CHECK(pictures({small, small}, {.unicode = false}) == "+:      +:\n+       +\ntrue 7  true 7\n");
}

TEST_CASE("grey gets more dots the lighter it is", "[view]") {
  // 0 and 1 at the ends span the scale; between them a field of one grey.
  const auto dots = [](float grey) {
    Picture p{std::vector<float>(96, grey), 4, 24, ""};
    p.pixels.front() = 0;
    p.pixels.back() = 1;
    int count = 0;
    const std::string text = pictures({p}, {});
    for (std::size_t at = 0; at + 2 < text.size(); ++at)
      if (text[at] == '\xe2')
        for (unsigned bits = (static_cast<unsigned char>(text[at + 1]) & 3u) << 6 |
                             (static_cast<unsigned char>(text[at + 2]) & 0x3Fu);
             bits != 0; bits &= bits - 1)
          ++count;
    return count;
  };
  CHECK(dots(0.1F) == 1);
  CHECK(dots(0.4F) > dots(0.25F));
  CHECK(dots(0.68F) > dots(0.4F));
  CHECK(dots(0.95F) == 95);
}

TEST_CASE("pictures wrap, shrink and keep to the width", "[view]") {
  for (int width = 40; width <= 200; width += 20)
    for (const bool colour : {false, true})
      for (const bool unicode : {false, true}) {
        CAPTURE(width, colour, unicode);
        const std::string text =
            pictures({square(28, "true 7, said 2"), square(300, "a very large one"),
                      square(1, std::string(300, 'x')), square(5, "")},
                     {colour, width, unicode});
        CHECK(widest_line(text) <= width);
        CHECK(has_escapes(text) == colour);
        CHECK((unicode || is_ascii(text)));
      }
  CHECK(pictures({}, {}).empty());
}

TEST_CASE("captions stand below their pictures, also in the second row", "[view]") {
  const std::string text = pictures({square(28, "a"), square(28, "b"), square(28, "c")},
                                    {.width = 60, .unicode = false});
  const auto lines = lines_of(text);
  CHECK(lines[14] == "a                             b");
  CHECK(lines[15].empty());
  CHECK(lines[30] == "c");
}

TEST_CASE("blank pictures are drawn, not finite pixels count as 0", "[view]") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  CHECK(pictures({{{0, 0, 0, 0}, 2, 2, "x"}}, {}) == "\nx\n");
  CHECK(pictures({{{nan, 1, nan, 1}, 2, 2, "x"}}, {.unicode = false}) == " @\nx\n");
}

TEST_CASE("a picture with too few pixels is refused", "[view]") {
  CHECK_THROWS_WITH(pictures({{{1, 2, 3}, 2, 2, ""}}, {}),
                    "a picture of 2 × 2 pixels needs 4, got 3");
  CHECK_THROWS_AS(pictures({{{}, 0, 0, ""}}, {}), Error);
}

TEST_CASE("pictures in SVG are PNGs within it, with their captions below", "[view][svg]") {
  const std::string svg = pictures_svg({small, small}, "two <sevens>");
  CHECK(is_well_formed(svg));
  CHECK(times("<image ", svg) == 2);
  CHECK(times(">true 7</text>", svg) == 2);
  // a PNG's signature, in base64
  CHECK(times("href=\"data:image/png;base64,iVBORw0KGgo", svg) == 2);
  CHECK(pictures_svg({}, "none").empty());
  CHECK_THROWS_AS(pictures_svg({{{1, 2}, 3, 2, ""}}, "t"), Error);
}

TEST_CASE("a PNG that is written is read again", "[view][svg]") {
  Bytes pixels(28 * 28, 0);
  for (std::size_t k = 0; k < 28; ++k) pixels[28 * k + 13] = 255;
  const Dataset read = png_dataset(png_bytes(pixels, 28, 28), "stroke");
  CHECK(read.features(28 * 5 + 13, 0) == 1);
  CHECK(read.features(28 * 5 + 12, 0) == 0);
  CHECK_THROWS_AS(png_bytes(pixels, 28, 27), Error);
}

TEST_CASE("of weights 0 is in the middle, whatever their range", "[view]") {
  Picture weights{{-1, 0, 4, 0}, 2, 2, ""};
  weights.around_zero = true;
  // of 25 steps from black to white −1 is the 9th, 0 the 13th, 4 the last
  const std::string drawn = pictures({weights}, {.colour = true});
  CHECK(has(drawn, "\x1b[38;5;240m\x1b[48;5;231m"));
  CHECK(has(drawn, "\x1b[38;5;244m\x1b[48;5;244m"));
  weights.pixels = {0, 0, 0, 0};
  CHECK(has(pictures({weights}, {.colour = true}), "\x1b[38;5;244m"));
}
