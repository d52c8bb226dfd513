// What each key does in a walk: see walk.hpp.
#include "tracer/step/walk.hpp"

#include <algorithm>
#include <string>

#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

constexpr char32_t ctrl_c = 3, ctrl_u = 21;

bool is_a_digit(char32_t c) { return c >= U'0' && c <= U'9'; }

// What a number or a matrix may begin with.
bool begins_answer(char32_t c) {
  return is_a_digit(c) || c == U'-' || c == U'−' || c == U'+' || c == U'.' || c == U'[' ||
         c == U'(';
}

std::string without_last_character(std::string text) {
  while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xC0U) == 0x80U)
    text.pop_back();
  if (!text.empty()) text.pop_back();
  return text;
}

}  // namespace

void Walk::press(const Key& key) {
  using Kind = Key::Kind;
  if (key.kind == Kind::ended || (key.kind == Kind::character && key.character == ctrl_c)) {
    over_ = true;
    return;
  }
  if (key.kind == Kind::resized) return;
  message_ = {};
  if (prompt_) return press_in_prompt(key);
  if (helping_) return press_in_help(key);
  switch (key.kind) {
    case Kind::right:
    case Kind::down:
      return go_on();
    case Kind::left:
    case Kind::up:
      return go_back();
    case Kind::page_down:
      return to_phase(1);
    case Kind::page_up:
      return to_phase(-1);
    case Kind::home:
      return to_line(0);
    case Kind::end:
      return to_line(page_->lines.size() - 1);
    case Kind::scroll_down:
      ++scroll_;
      return;
    case Kind::scroll_up:
      scroll_ = std::max(scroll_ - 1, 0);
      return;
    case Kind::tab:
      view_ = view_ == View::list ? View::graph : View::list;
      return;
    case Kind::enter:
      if (!is_hidden(line_)) return go_on();
      prompt_ = Prompt{Prompt::Kind::predict, ""};
      return;
    case Kind::character:
      return type(key.character);
    default:
      return;
  }
}

void Walk::type(char32_t c) {
  if (is_hidden(line_) && begins_answer(c)) {
    prompt_ = Prompt{Prompt::Kind::predict, utf8::encode(c)};
    return;
  }
  if (is_a_digit(c)) {
    prompt_ = Prompt{Prompt::Kind::step, utf8::encode(c)};
    return;
  }
  switch (c) {
    case U'j':
    case U' ':
    case U'l':
      return go_on();
    case U'k':
    case U'h':
      return go_back();
    case U'J':
      ++scroll_;
      return;
    case U'K':
      scroll_ = std::max(scroll_ - 1, 0);
      return;
    case U']':
      return to_step(step_ + 1);
    case U'[':
      return to_step(step_ - 1);
    case U'g':
    case U'/':
      prompt_ = Prompt{Prompt::Kind::go_to, ""};
      return;
    case U'#':
      prompt_ = Prompt{Prompt::Kind::step, ""};
      return;
    case U'c':
    case U'=':
      prompt_ = Prompt{Prompt::Kind::change, ""};
      return;
    case U'u':
      return undo();
    case U't':
      view_ = view_ == View::list ? View::graph : View::list;
      return;
    case U'v':
      return switch_numbers();
    case U'p':
      return switch_prediction();
    case U's':
      if (is_hidden(line_)) tell();
      return;
    case U'?':
      helping_ = true;
      scroll_ = 0;
      return;
    case U'q':
      over_ = true;
      return;
    default:
      say("that key does nothing here; ? tells which there are");
  }
}

void Walk::press_in_help(const Key& key) {
  using Kind = Key::Kind;
  const bool letter = key.kind == Kind::character;
  if (key.kind == Kind::down || key.kind == Kind::page_down || key.kind == Kind::scroll_down ||
      (letter && (key.character == U'j' || key.character == U'J' || key.character == U' '))) {
    ++scroll_;
  } else if (key.kind == Kind::up || key.kind == Kind::page_up || key.kind == Kind::scroll_up ||
             (letter && (key.character == U'k' || key.character == U'K'))) {
    scroll_ = std::max(scroll_ - 1, 0);
  } else if (key.kind == Kind::escape || key.kind == Kind::enter || letter) {
    helping_ = false;  // q too: who has read that much wants to go on
    scroll_ = 0;
  }
}

void Walk::press_in_prompt(const Key& key) {
  using Kind = Key::Kind;
  switch (key.kind) {
    case Kind::escape:
      prompt_.reset();
      return;
    case Kind::enter:
      return submit();
    case Kind::backspace:
      if (prompt_->text.empty()) return prompt_.reset();
      prompt_->text = without_last_character(prompt_->text);
      return;
    case Kind::character: {
      constexpr std::size_t most = 1000;  // bytes
      if (key.character == ctrl_u) prompt_->text.clear();
      if (key.character >= U' ' && !utf8::is_control(key.character) && prompt_->text.size() < most)
        prompt_->text += utf8::encode(key.character);
      return;
    }
    default:
      return;
  }
}

}  // namespace tracer
