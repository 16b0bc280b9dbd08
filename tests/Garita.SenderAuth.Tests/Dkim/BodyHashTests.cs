using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using Garita.SenderAuth.Dkim;
using Xunit;

namespace Garita.SenderAuth.Tests.Dkim;

public sealed class BodyHashTests
{
    private static readonly Gen<string> Body = Gen.OneOf("a", "bc", " ", "  ", "\t", "\r\n", "\r\n\r\n", "\r", "\n").Array[0, 30].Select(string.Concat);

    [Fact]
    public void As_the_standard_says_however_it_is_cut() =>
        Gen.Select(Body, Gen.Bool, Gen.Int[1, 7], Gen.Int[0, 40]).Sample((text, relaxed, piece, length) =>
        {
            var canonical = Encoding.Latin1.GetBytes(relaxed ? Relaxed(text) : Simple(text));
            using var hash = new BodyHash(relaxed ? Canonicalization.Relaxed : Canonicalization.Simple, [length]);
            var octets = Encoding.Latin1.GetBytes(text);
            for (var at = 0; at < octets.Length; at += piece)
                hash.Append(octets.AsSpan(at, Math.Min(piece, octets.Length - at)));
            hash.Finish();
            Assert.Equal(canonical.Length, hash.Length);
            Assert.Equal(SHA256.HashData(canonical), hash.Of(null));
            Assert.Equal(length <= canonical.Length ? SHA256.HashData(canonical.AsSpan(0, length)) : null, hash.Of(length));
        }, iter: 50_000);

    [Theory]
    [InlineData(true, "", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    [InlineData(false, "", "frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=")]
    [InlineData(true, " \r\n\t\r\n", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=")]
    public void The_empty_body_of_the_standard(bool relaxed, string text, string expected)
    {
        using var hash = new BodyHash(relaxed ? Canonicalization.Relaxed : Canonicalization.Simple, []);
        hash.Append(Encoding.Latin1.GetBytes(text));
        hash.Finish();
        Assert.Equal(expected, Convert.ToBase64String(hash.Of(null)!));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Empty_lines_are_not_kept(bool relaxed)
    {
        var lines = Encoding.Latin1.GetBytes(string.Concat(Enumerable.Repeat("\r\n", 50_000)));
        using var hash = new BodyHash(relaxed ? Canonicalization.Relaxed : Canonicalization.Simple, []);
        hash.Append("x"u8);
        for (var i = 0; i < 3; i++)
            hash.Append(lines);
        hash.Append("y"u8);
        for (var i = 0; i < 3; i++)
            hash.Append(lines);
        hash.Finish();
        Assert.Equal(SHA256.HashData([.. "x"u8, .. lines, .. lines, .. lines, .. "y\r\n"u8]), hash.Of(null));
    }

    private static string Simple(string text) => WithoutEmptyLines(text) + "\r\n";

    private static string Relaxed(string text)
    {
        var lines = text.Split("\r\n").Select(static line => Regex.Replace(line, "[ \t]+", " ", RegexOptions.None, TimeSpan.FromSeconds(10)));
        var body = WithoutEmptyLines(string.Join("\r\n", lines.Select(static line => line.TrimEnd(' '))));
        return body.Length == 0 ? "" : body + "\r\n";
    }

    private static string WithoutEmptyLines(string text)
    {
        while (text.EndsWith("\r\n", StringComparison.Ordinal))
            text = text[..^2];
        return text;
    }
}
