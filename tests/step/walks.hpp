// Walks through lessons without a terminal, and keys for them.
#pragma once

#include <string>
#include <string_view>

#include "tests/lessons/run_program.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/step/walk_screen.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {

inline LessonSteps::Load loading(Source source) {
  return [source = std::move(source)](const LeafSettings& set) {
    ElaborateOptions elaborate;
    elaborate.several_losses = true;
    elaborate.set = set;
    return load_program(source, elaborate);
  };
}
inline Source shipped(const std::string& name) {
  return read_source(lessons_folder() / (name + ".lesson"));
}

/// A lesson and a walk through it.
struct Walked {
  explicit Walked(Source source, DeriveOptions options = {})
      : steps(loading(std::move(source)), {}, std::move(options)), walk(steps) {}
  explicit Walked(const std::string& lesson, DeriveOptions options = {})
      : Walked(shipped(lesson), std::move(options)) {}

  void press(Key::Kind kind, int times = 1) {
    for (int i = 0; i < times; ++i) walk.press({kind});
  }
  /// Each character of it.
  void type(std::string_view text) {
    for (std::size_t at = 0; at < text.size();) walk.press(Key::of(utf8::next(text, at)));
  }
  /// A key that asks, what is answered, Enter.
  void answer(std::string_view key, std::string_view text) {
    type(key);
    type(text);
    press(Key::Kind::enter);
  }
  std::string screen(ScreenSize size = {80, 24}, const Style& style = {}) const {
    return text_of(screen_of(walk, size, style));
  }
  std::string label() const { return walk.active().label; }

  LessonSteps steps;
  Walk walk;
};

}  // namespace tracer
