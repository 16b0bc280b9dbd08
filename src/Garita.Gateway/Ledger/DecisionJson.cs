using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Garita.Gateway.Ledger;

/// <summary>
/// A decision record as JSON: one line, keys in snake_case, the same text in the JSON lines and in the ledger's row.
/// Outside text comes out as printable ASCII: control characters, and everything beyond ASCII (which could turn a terminal's
/// writing direction), are escaped; <c>+ &lt; &gt;</c> stay readable, so that an address can be searched for with grep.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(OutsideText), typeof(UtcTime)])]
[JsonSerializable(typeof(DecisionRecord))]
internal sealed partial class DecisionJson : JsonSerializerContext
{
    /// <summary>How the writer must be made.</summary>
    public static JsonWriterOptions WriterOptions { get; } = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Reads a record.</summary>
    /// <param name="json">One line.</param>
    /// <returns>The record; null when the line is torn or no record.</returns>
    public static DecisionRecord? TryRead(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Default.DecisionRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    internal sealed class OutsideText : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetString();

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options)
        {
            if (Ascii.IsValid(value))
                writer.WriteStringValue(value);
            else
                writer.WriteStringValue(JsonEncodedText.Encode(Encoding.UTF8.GetBytes(value), JavaScriptEncoder.Default)); // a lone surrogate becomes U+FFFD here
        }
    }

    internal sealed class UtcTime : JsonConverter<DateTimeOffset>
    {
        private const string Format = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            System.DateTimeOffset.TryParseExact(reader.GetString(), Format, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
                ? time : throw new JsonException("no time");

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options)
        {
            Span<byte> text = stackalloc byte[32];
            value.ToUniversalTime().TryFormat(text, out var length, Format, CultureInfo.InvariantCulture);
            writer.WriteStringValue(text[..length]);
        }
    }
}
