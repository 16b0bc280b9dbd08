using System.Text;
using System.Text.Json;

namespace Garita.Hardening.Firewall;

/// <summary>Writes a rule in a form in which two of the same are equal: without the counts of packets that passed.</summary>
internal static class NftBody
{
    /// <summary>The form.</summary>
    /// <param name="value">Expressions of a rule.</param>
    public static string Of(JsonElement value)
    {
        var text = new StringBuilder();
        Write(value, text);
        return text.ToString();
    }

    private static void Write(JsonElement value, StringBuilder text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                text.Append('{');
                foreach (var property in value.EnumerateObject().OrderBy(static property => property.Name, StringComparer.Ordinal))
                {
                    text.Append(property.Name).Append(':');
                    if (property.Name is not "counter" || property.Value.ValueKind != JsonValueKind.Object)
                        Write(property.Value, text);
                    text.Append(' ');
                }
                text.Append('}');
                break;
            case JsonValueKind.Array:
                text.Append('[');
                foreach (var entry in value.EnumerateArray())
                {
                    Write(entry, text);
                    text.Append(' ');
                }
                text.Append(']');
                break;
            default:
                text.Append(value.GetRawText());
                break;
        }
    }
}
