// See progress.hpp.
#include "tracer/view/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

constexpr int widest_bar = 30;  // a longer one says no more
constexpr int narrowest_bar = 8;
constexpr int good_colour = 35;

std::string repeated(std::string_view piece, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += piece;
  return out;
}

}  // namespace

std::string bar(double share, int columns, const Style& style) {
  const double within = share >= 0 ? std::min(share, 1.0) : 0;  // NaN too
  const int filled = static_cast<int>(std::floor(within * columns));
  return coloured(repeated(style.unicode ? "━" : "=", filled), good_colour, style) +
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
  const double epoch_left = measured ? (p.samples - p.samples_done) / rate : 0;
  const double an_epoch = measured ? std::max(p.epoch_before, p.samples / rate) : 0;
  const bool more = measured && p.epoch < p.epochs;
  enum { speed, loss, left, to_the_end };
  std::array<std::string, 4> parts{
      measured ? fmt::format("  {} samples/s", grouped(std::llround(rate))) : "",
      "  loss " + short_number(p.loss), measured ? "  " + clock_time(epoch_left) + " left" : "",
      more
          ? fmt::format(", {} to the end", clock_time(epoch_left + (p.epochs - p.epoch) * an_epoch))
          : ""};
  const auto needed = [&] {
    int columns = display_width(head) + display_width(done) + narrowest_bar;
    for (const std::string& part : parts) columns += display_width(part);
    return columns;
  };
  for (const auto part : {to_the_end, speed, loss, left})
    if (needed() > room) parts[part].clear();
  const int columns = std::min(room - needed() + narrowest_bar, widest_bar);
  std::string line = head;
  if (columns >= narrowest_bar) line += bar(share, columns, style);
  line += done;
  for (const std::string& part : parts) line += part;
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

namespace {

struct LinePiece {
  std::string
      text;  // as wide as in a run's other lines, so that they stand in columns; empty: left out
  int importance;  // the least important goes first
};

std::string loss_text(const char* name, double loss) {
  return fmt::format("{} {:>6}", name, short_number(loss));
}

std::string share_text(const char* name, double share) {
  return fmt::format("{} {:>7}", name, percent(share));
}

std::string joined(const std::vector<LinePiece>& parts, const char* gap) {
  std::string line;
  for (const LinePiece& part : parts)
    if (!part.text.empty()) line += (line.empty() ? "" : gap) + part.text;
  return line;
}

std::string seconds_text(double seconds) {
  if (seconds < 9.995) return fmt::format("{:.2f} s", seconds);
  if (seconds < 99.95) return fmt::format("{:.1f} s", seconds);
  return fmt::format("{:>6}", clock_time(seconds));
}

}  // namespace

std::string epoch_line(const EpochRecord& record, int epochs, const EpochRecord* before,
                       const Style& style) {
  const int digits = static_cast<int>(std::to_string(std::max(epochs, record.epoch)).size());
  std::vector<LinePiece> parts;
  parts.push_back({fmt::format("epoch {:>{}}/{}", record.epoch, digits, epochs), 9});
  parts.push_back({loss_text("loss", record.loss), record.validation_loss ? 4 : 8});
  if (record.accuracy)
    parts.push_back({share_text("accuracy", *record.accuracy), record.validation_accuracy ? 3 : 7});
  if (record.validation_loss) parts.push_back({loss_text("val loss", *record.validation_loss), 8});
  if (record.validation_accuracy)
    parts.push_back({share_text("val accuracy", *record.validation_accuracy), 7});
  if (record.validation_f1)
    parts.push_back({fmt::format("val F1 {:.4f}", *record.validation_f1), 2});
  parts.push_back({seconds_text(record.seconds), 2});

  std::string rate;
  if (before != nullptr && before->lr != record.lr) rate = fmt::format("  lr {:.3g}", record.lr);
  if (record.cut) rate += "  interrupted";

  // The columns are chosen without the rate: it comes and goes, and they should stay.
  constexpr int star = 3;
  const int room = usable_width(style) - star;
  const char* gap = "   ";
  for (int importance = 0; importance < 9; ++importance) {
    if (display_width(joined(parts, gap)) <= room) break;
    gap = "  ";
    if (display_width(joined(parts, gap)) <= room) break;
    for (LinePiece& part : parts)
      if (part.importance == importance) part.text.clear();
  }
  std::string line = fit(joined(parts, gap), room, style);
  const bool rate_fits = display_width(line) + star + display_width(rate) <= usable_width(style);
  if (record.best)
    line += "  " + coloured("*", good_colour, style);
  else if (rate_fits && !rate.empty())
    line += "   ";
  if (rate_fits) line += rate;
  return line;
}

}  // namespace tracer
