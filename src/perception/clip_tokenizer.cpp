#include "perception/clip_tokenizer.h"

#include <fmt/format.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/regex.h>
#include <unicode/unistr.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <climits>
#include <map>
#include <memory>
#include <sstream>
#include <string>

#include "diorama/error.h"

namespace diorama::perception {
namespace fs = std::filesystem;
namespace {

// Tokens are numbered: 256 bytes, the same at the end of a word, the merges, start, end.
constexpr int kBytes = 256;
constexpr int kFirstMerge = 2 * kBytes;
// CLIP takes so many of the 262,144 merges that its file lists.
constexpr int kMostMerges = 49'152 - kBytes - 2;
constexpr int kLargestFile = 1 << 26;
constexpr std::string_view kWordEnd = "</w>";
// CLIP's own pattern, without the two special tokens, which nobody types.
constexpr const char* kWords = R"('s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+)";

bool prints(int byte) {
    return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

// CLIP numbers the bytes that print first. In its file a byte stands as one letter: itself where it
// prints, else the next from U+0100 on.
struct ByteTokens {
    std::array<int, kBytes> token{};
    std::array<std::string, kBytes> letter{};  // by token
};

ByteTokens number_bytes() {
    ByteTokens bytes;
    int next = 0;
    const auto add = [&](int byte, UChar32 letter) {
        icu::UnicodeString(letter).toUTF8String(bytes.letter[next]);
        bytes.token[byte] = next++;
    };
    for (int byte = 0; byte < kBytes; ++byte)
        if (prints(byte)) add(byte, byte);
    for (int byte = 0, letter = 0x100; byte < kBytes; ++byte)
        if (!prints(byte)) add(byte, letter++);
    return bytes;
}

const ByteTokens& byte_tokens() {
    static const ByteTokens bytes = number_bytes();
    return bytes;
}

std::string read_text(const fs::path& file) {
    if (!fs::is_regular_file(file))
        throw Error(ErrorCode::not_found, "no such file; the network's words need its vocabulary",
                    file.string());
    const auto broken = [&] {
        return Error(ErrorCode::unreadable, "is cut short or damaged; fetch it again",
                     file.string());
    };
    // What is no gzip is read as it is.
    gzFile stream = gzopen(file.c_str(), "rb");
    if (stream == nullptr) throw Error(ErrorCode::unreadable, "cannot be read", file.string());
    std::string text;
    std::array<char, 1 << 16> block{};
    int count = 0;
    while (text.size() < kLargestFile && (count = gzread(stream, block.data(), block.size())) > 0)
        text.append(block.data(), static_cast<std::size_t>(count));
    if (gzclose_r(stream) != Z_OK || count != 0) throw broken();
    return text;
}

std::uint64_t pair_of(int left, int right) {
    return static_cast<std::uint64_t>(left) << 32 | static_cast<std::uint32_t>(right);
}

void require_success(UErrorCode status) {
    if (U_FAILURE(status))
        throw Error(ErrorCode::unsupported, fmt::format("ICU fails: {}", u_errorName(status)));
}

// The words of a text as CLIP sees them: lower case, digits one by one, no white space.
std::vector<std::string> split_words(std::string_view text) {
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString whole = icu::UnicodeString::fromUTF8(
        icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    icu::UnicodeString clean = icu::Normalizer2::getNFCInstance(status)->normalize(whole, status);
    clean.toLower(icu::Locale::getRoot());
    icu::RegexMatcher matcher(icu::UnicodeString::fromUTF8(kWords), clean, 0, status);
    require_success(status);
    std::vector<std::string> words;
    while (matcher.find(status)) matcher.group(status).toUTF8String(words.emplace_back());
    require_success(status);
    return words;
}

}  // namespace

ClipTokenizer::ClipTokenizer(const fs::path& vocabulary) {
    std::map<std::string, int> tokens;
    for (int n = 0; n < kBytes; ++n) {
        tokens[byte_tokens().letter[n]] = n;
        tokens[byte_tokens().letter[n] + std::string(kWordEnd)] = kBytes + n;
    }

    const std::string text = read_text(vocabulary);
    std::istringstream lines(text);
    std::string line;
    const auto refuse = [&](const std::string& message) {
        throw Error(ErrorCode::unreadable, message, vocabulary.string());
    };
    if (!std::getline(lines, line) || line.find("#version") == std::string::npos)
        refuse("is no vocabulary of CLIP: its first line names no #version");
    int count = 0;
    while (count < kMostMerges && std::getline(lines, line)) {
        const auto space = std::min(line.find(' '), line.size());
        const auto left = tokens.find(line.substr(0, space));
        const auto right = tokens.find(line.substr(std::min(space + 1, line.size())));
        if (left == tokens.end() || right == tokens.end())
            refuse(
                fmt::format("line {} is no merge of two tokens that are known by then", count + 2));
        const int token = kFirstMerge + count++;
        merges_[pair_of(left->second, right->second)] = token;
        tokens[left->first + right->first] = token;
    }
    if (count == 0) refuse("is no vocabulary of CLIP: it lists no merges");
    // All numbers after the merges follow from how many there are.
    if (count < kMostMerges && text.back() != '\n')
        refuse(fmt::format("is cut short in line {}; fetch it again", count + 1));
    start_ = kFirstMerge + count;
    end_ = start_ + 1;
}

std::vector<std::int64_t> ClipTokenizer::encode(std::string_view text, int context,
                                                TokenPadding padding, const RunContext& run) const {
    const auto length = static_cast<std::size_t>(context);
    std::vector<std::int64_t> tokens{start_};
    std::string cut;
    for (const std::string& word : split_words(text)) {
        std::vector<int> bytes;
        for (const char byte : word)
            bytes.push_back(byte_tokens().token[static_cast<unsigned char>(byte)]);
        bytes.back() += kBytes;
        for (const int token : merge(std::move(bytes))) tokens.push_back(token);
        if (tokens.size() > length - 1 && cut.empty()) cut = word;
    }
    if (tokens.size() == 1) throw Error(ErrorCode::usage, "a text holds no word to look for");
    if (!cut.empty())
        run.warn(
            fmt::format("'{}' is longer than the network reads; it is cut at '{}'", text, cut));
    tokens.resize(std::min(tokens.size(), length - 1));
    tokens.push_back(end_);
    tokens.resize(length, padding == TokenPadding::zero ? 0 : end_);
    return tokens;
}

// Again and again the pair that stands first in the file becomes one, wherever it occurs.
std::vector<int> ClipTokenizer::merge(std::vector<int> tokens) const {
    for (;;) {
        int first = INT_MAX;
        for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
            if (const auto found = merges_.find(pair_of(tokens[i], tokens[i + 1]));
                found != merges_.end())
                first = std::min(first, found->second);
        if (first == INT_MAX) return tokens;

        std::vector<int> merged;
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            const auto found = i + 1 < tokens.size()
                                   ? merges_.find(pair_of(tokens[i], tokens[i + 1]))
                                   : merges_.end();
            const bool joins = found != merges_.end() && found->second == first;
            merged.push_back(joins ? first : tokens[i]);
            if (joins) ++i;
        }
        tokens = std::move(merged);
    }
}

}  // namespace diorama::perception
