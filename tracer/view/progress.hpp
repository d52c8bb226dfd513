// The bar that fills while an epoch runs, redrawn in place:
//
//   epoch 3/10 ━━━━━━━━━━━━────────  60%  41,200 samples/s  loss 0.2314  0:04 left, 1:13 to the end
//
// And the line that an epoch leaves behind:
//
//   epoch  3/10   loss 0.2314   accuracy 93.41 %   val loss 0.1998   val accuracy 94.10 %   0.13 s
// *
//
// * marks the best epoch so far. Next: curves.hpp, the whole run in one picture.
#pragma once

#include <string>

#include "tracer/text/style.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer {

/// `columns` of a bar, of which a share (0 ... 1) is filled.
std::string bar(double share, int columns, const Style&);

/// One line without its newline, one column narrower than style.width (some terminals wrap at the
/// last). On a narrow terminal the time to the end goes first, then the rate, the loss, the time
/// left, the bar.
std::string progress_line(const Progress&, const Style&);

/// Says when to redraw. It has no clock: Progress::seconds is the time. What it returns is for
/// standard error, as it is.
class ProgressBar {
 public:
  explicit ProgressBar(Style style, double redraws_a_second = 20);

  /// "" where the last drawing is too young; else the line, to be written over the one before. The
  /// first and the last batch of an epoch are always drawn.
  std::string update(const Progress&);
  /// The terminal is so many columns wide now.
  void take_width(int columns) { style_.width = columns; }
  /// Removes the bar from the screen; "" where none was drawn.
  std::string clear();

 private:
  Style style_;
  double pause_;  ///< seconds
  double drawn_at_ = 0;
  int epoch_ = 0;
  bool visible_ = false;
};

/// One line without its newline. `before` is the epoch before, or nullptr: the learning rate is
/// shown where it has changed since. What the record does not have is left out; what does not fit
/// goes in this order: rate, seconds, training accuracy, training loss.
std::string epoch_line(const EpochRecord& record, int epochs, const EpochRecord* before,
                       const Style& style);

}  // namespace tracer
