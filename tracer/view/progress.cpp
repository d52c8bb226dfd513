// See progress.hpp.
#include "tracer/view/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tracer/text/short_numbers.hpp"
#include "tracer/text/width.hpp"

namespace tracer {
namespace {

constexpr int widest_bar = 30;  // a longer one says no more
constexpr int narrowest_bar = 8;
constexpr int filled_colour = 35;

std::string repeated(std::string_view piece, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += piece;
  return out;
}

}  // namespace

std::string bar(double share, int columns, const Style& style) {
  const double within = share >= 0 ? std::min(share, 1.0) : 0;  // NaN too
  const int filled = static_cast<int>(std::floor(within * columns));
  return coloured(repeated(style.unicode ? "━" : "=", filled), filled_colour, style) +
         coloured(repeated(style.unicode ? "─" : ".", columns - filled), grey, style);
}

std::string progress_line(const Progress& p, const Style& style) {
  const int room = usable_width(style) - 1;
  const double share =
      p.samples > 0 ? std::clamp(static_cast<double>(p.samples_done) / p.samples, 0.0, 1.0) : 0;
  const int digits = static_cast<int>(std::to_string(p.epochs).size());
  const std::string head = fmt::format("epoch {:>{}}/{} ", p.epoch, digits, p.epochs);
  const std::string done = fmt::format(" {:>3}%", static_cast<int>(std::floor(100 * share)));

  // Each as wide at the start of the epoch as at its end, or the bar would jump.
  const bool measured = p.seconds > 0 && p.samples_done > 0;
  const double rate = measured ? p.samples_done / p.seconds : 0;
  struct Piece {
    std::string text;
    int width = 0;
    bool shown = true;
  };
  std::array<Piece, 3> parts{
      Piece{measured ? fmt::format("  {} samples/s", grouped(std::llround(rate))) : "", 0, true},
      Piece{"  loss " + short_number(p.loss), 0, true},
      Piece{measured ? "  " + clock_time((p.samples - p.samples_done) / rate) + " left" : "", 0,
            true}};
  const auto needed = [&] {
    int columns = display_width(head) + display_width(done) + narrowest_bar;
    for (const Piece& part : parts)
      if (part.shown) columns += part.width;
    return columns;
  };
  for (Piece& part : parts) part.width = display_width(part.text);
  for (Piece& part : parts) {
    if (needed() <= room) break;
    part.shown = false;
  }
  const int columns = std::min(room - needed() + narrowest_bar, widest_bar);
  std::string line = head;
  if (columns >= narrowest_bar) line += bar(share, columns, style);
  line += done;
  for (const Piece& part : parts)
    if (part.shown) line += part.text;
  return line;
}

ProgressBar::ProgressBar(Style style, double redraws_a_second)
    : style_(style), pause_(1 / redraws_a_second) {}

std::string ProgressBar::update(const Progress& p) {
  const bool new_epoch = p.epoch != epoch_;
  const bool last = p.samples_done >= p.samples;
  if (visible_ && !new_epoch && !last && p.seconds - drawn_at_ < pause_) return "";
  epoch_ = p.epoch;
  drawn_at_ = p.seconds;
  visible_ = true;
  return "\r" + progress_line(p, style_) + "\033[K";
}

std::string ProgressBar::clear() {
  if (!visible_) return "";
  visible_ = false;
  return "\r\033[K";
}

}  // namespace tracer
