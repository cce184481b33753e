#include "inference/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <new>
#include <vector>

#include "diorama/error.h"

namespace diorama::inference {
namespace fs = std::filesystem;

struct Sha256::State {
    struct Free {
        void operator()(EVP_MD_CTX* digest) const { EVP_MD_CTX_free(digest); }
    };
    std::unique_ptr<EVP_MD_CTX, Free> context{EVP_MD_CTX_new()};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    if (!state_->context || EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr) != 1)
        throw std::bad_alloc();
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::add(std::string_view bytes) {
    EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size());
}

std::string Sha256::hex() const {
    // The sum is taken of a copy, since taking it ends a context.
    const State copy;
    std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
    unsigned int length = 0;
    if (!copy.context || EVP_MD_CTX_copy_ex(copy.context.get(), state_->context.get()) != 1 ||
        EVP_DigestFinal_ex(copy.context.get(), sum.data(), &length) != 1)
        throw std::bad_alloc();
    std::string text;
    for (unsigned int i = 0; i < length; ++i) text += fmt::format("{:02x}", sum[i]);
    return text;
}

std::string sha256_of(const fs::path& file, const RunContext& run) {
    std::error_code reason;
    if (!fs::is_regular_file(file, reason))
        throw Error(ErrorCode::not_found, "no such file", file.string());
    std::ifstream in(file, std::ios::binary);
    Sha256 digest;
    std::vector<char> block(1 << 20);
    while (in) {
        run.throw_if_stopped();
        in.read(block.data(), static_cast<std::streamsize>(block.size()));
        digest.add({block.data(), static_cast<std::size_t>(in.gcount())});
    }
    if (!in.eof()) throw Error(ErrorCode::unreadable, "cannot be read", file.string());
    return digest.hex();
}

bool is_sha256(std::string_view text) {
    const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    return text.size() == 64 && std::ranges::all_of(text, is_digit);
}

}  // namespace diorama::inference
