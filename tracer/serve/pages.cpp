#include "tracer/serve/pages.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tracer::serve {

std::string Pages::keep(const Pane& pane, std::string html) {
  const std::lock_guard lock(mutex_);
  const auto same = std::ranges::count(kept_, pane, &Kept::pane);
  if (static_cast<std::size_t>(same) >= of_a_pane)
    kept_.erase(std::ranges::find(kept_, pane, &Kept::pane));
  if (kept_.size() >= most) kept_.pop_front();
  kept_.push_back({pane, fmt::format("/page/{}", ++count_),
                   std::make_shared<const std::string>(std::move(html))});
  return kept_.back().path;
}

std::shared_ptr<const std::string> Pages::find(std::string_view path) const {
  const std::lock_guard lock(mutex_);
  const auto at = std::ranges::find(kept_, path, &Kept::path);
  return at == kept_.end() ? nullptr : at->html;
}

std::string policy_of(std::string_view html) {
  // written before anything of a lesson: its title comes after
  html = html.substr(0, html.find("<title"));
  constexpr std::string_view begin = "<meta http-equiv=\"Content-Security-Policy\" content=\"";
  const std::size_t at = html.find(begin);
  if (at == std::string_view::npos) return "";
  html.remove_prefix(at + begin.size());
  return std::string(html.substr(0, html.find('"')));
}

}  // namespace tracer::serve
