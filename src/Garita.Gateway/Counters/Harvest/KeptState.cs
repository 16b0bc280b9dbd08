namespace Garita.Gateway.Counters.Harvest;

/// <summary>
/// How counters are written for the next start. Whatever is read is checked: a row that is broken must not break the session that meets it.
/// </summary>
internal static class KeptState
{
    // Another layout is another number; what has an old one starts clean.
    private const byte Version = 1;

    /// <summary>Writes a part.</summary>
    internal static byte[] Write(Action<BinaryWriter> write)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(Version);
        write(writer);
        writer.Flush();
        return stream.ToArray();
    }

    /// <summary>Reads a part.</summary>
    /// <exception cref="InvalidDataException">It is broken, or of another version.</exception>
    internal static T Read<T>(byte[] state, Func<BinaryReader, T> read)
    {
        using var reader = new BinaryReader(new MemoryStream(state));
        try
        {
            if (reader.ReadByte() != Version)
                throw new InvalidDataException("it is of another version");
            var value = read(reader);
            return reader.BaseStream.Position == state.Length ? value : throw new InvalidDataException("there is more than was written");
        }
        catch (EndOfStreamException cut)
        {
            throw new InvalidDataException("it is cut off", cut);
        }
    }

    /// <summary>Reads a number within bounds.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    internal static int Number(this BinaryReader reader, int most, int least = 0)
    {
        var number = reader.ReadInt32();
        return number >= least && number <= most ? number : throw new InvalidDataException("a number is out of bounds");
    }

    /// <summary>Reads a rate.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    internal static double Rate(this BinaryReader reader)
    {
        var rate = reader.ReadDouble();
        return double.IsFinite(rate) && rate >= 0 ? rate : throw new InvalidDataException("a rate is no number");
    }

    internal static void WriteAll(this BinaryWriter writer, ReadOnlySpan<int> numbers)
    {
        foreach (var number in numbers)
            writer.Write(number);
    }

    internal static void ReadAll(this BinaryReader reader, Span<int> numbers)
    {
        foreach (ref var number in numbers)
            number = reader.Number(int.MaxValue / 64);
    }
}
