using System.Buffers;
using Garita.Gateway.Settings;
using Garita.Protocols.Smtp;

namespace Garita.Gateway.Relay.Backends;

/// <summary>How a transaction ended without the connection failing.</summary>
/// <param name="Result">What the relay answers.</param>
/// <param name="IsReusable">Whether the connection can carry another.</param>
internal sealed record TransactionEnd(DeliveryResult Result, bool IsReusable)
{
    /// <summary>Whether the answer is still waited for: the connection is not to be touched.</summary>
    internal bool IsLate { get; init; }
}

/// <summary>
/// One message over one connection: MAIL and RCPTs in one group where the server pipelines, DATA after their answers, the content in one burst,
/// one final dot. Some recipients refused: nothing is sent, since those that were accepted would get it and the sender would be told otherwise.
/// DATA is not sent along with the RCPTs: it would save one round trip on loopback and cost a connection for each recipient refused late.
/// </summary>
internal sealed class Transaction(BackendConnection connection, Delivery delivery, BackendSettings settings, string hostname)
{
    // RFC 5321 §4.5.3.2
    private static readonly TimeSpan MailTimeout = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan DataTimeout = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan BlockTimeout = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan LateTimeout = TimeSpan.FromMinutes(10);
    private const int BurstSize = 64 * 1024;

    private readonly List<ServerReply> _recipients = new(delivery.Recipients.Count);

    /// <summary>Whether the server has said anything in this transaction: before that, a reused connection that fails was simply stale.</summary>
    internal bool WasAnswered { get; private set; }

    /// <summary>Whether our final dot may have reached it: from then on nobody else is asked.</summary>
    internal bool DotSent { get; private set; }

    /// <exception cref="BackendProblem">The connection failed.</exception>
    internal async ValueTask<TransactionEnd> RunAsync()
    {
        if (CannotCarry() is { } cannot)
            return new TransactionEnd(cannot, true);

        // 1. Who the client is, where the server may know.
        if (settings.PassClient == PassClient.XClient && connection.Can.XClient)
            await PassClientAsync();

        // 2. Envelope.
        connection.SetDeadline(MailTimeout, delivery.Deadline);
        var mail = connection.Can.Pipelining ? await EnvelopeInOneAsync() : await EnvelopeInTurnAsync();
        if (!mail.IsPositive)
            return await AbortAsync(Result(mail));
        if (_recipients.Exists(static reply => !reply.IsPositive))
            return await AbortAsync(Refused());

        // 3. DATA.
        connection.SetDeadline(DataTimeout, delivery.Deadline);
        await connection.SendAsync("DATA\r\n"u8.ToArray());
        var go = await connection.ReadReplyAsync();
        if (go.Code != 354)
        {
            if (go.IsPositive)
                throw new BackendProblem("it answered DATA with a reply that makes no sense");
            return await AbortAsync(Result(go));
        }

        // 4. Content and final dot.
        await SendContentAsync();

        // 5. Its word.
        return await ReadVerdictAsync();
    }

    private DeliveryResult? CannotCarry()
    {
        var can = connection.Can;
        // RFC 6531 §3.5
        if (!can.SmtpUtf8 && (delivery.Mail.SmtpUtf8 || !IsAscii()))
            return new DeliveryResult(DeliveryOutcome.CannotCarry, connection.Address, 550, new EnhancedCode(5, 6, 7), "no SMTPUTF8", []);
        // RFC 1870 §6.1
        return can.Size is > 0 and { } most && delivery.Letter.Length > most
            ? new DeliveryResult(DeliveryOutcome.CannotCarry, connection.Address, 552, new EnhancedCode(5, 3, 4), "larger than its SIZE", [])
            : null;
    }

    private bool IsAscii() =>
        delivery.Mail.Path.Mailbox is null or { IsAscii: true } && delivery.Recipients.All(static rcpt => rcpt.Path.Mailbox!.IsAscii);

    private async ValueTask PassClientAsync()
    {
        var client = delivery.Client;
        var address = client.Address.Address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "IPV6:" + client.Address.Address : client.Address.Address.ToString();
        var command = new byte[CommandWriter.MaxCommand];
        connection.SetDeadline(MailTimeout, delivery.Deadline);
        await connection.SendAsync(command.AsMemory(0, CommandWriter.WriteXClient(command, address, client.Address.Port, client.Name, client.Helo, client.IsEsmtp ? "ESMTP" : "SMTP")));
        if ((await connection.ReadReplyAsync()).Code != 220)
            throw new BackendProblem("it refused XCLIENT");
        await connection.SendAsync(command.AsMemory(0, CommandWriter.WriteEhlo(command, "EHLO", hostname)));
        if (!(await connection.ReadReplyAsync()).IsPositive)
            throw new BackendProblem("it refused EHLO after XCLIENT");
    }

    private int WriteMail(Span<byte> to) => CommandWriter.WriteMail(
        to, delivery.Mail.Path.Mailbox, delivery.Letter.Length + delivery.AddedFields.Length, delivery.Mail.Body, delivery.Mail.SmtpUtf8, delivery.Mail.Return, delivery.Mail.EnvelopeId, connection.Can);

    private int WriteRcpt(Span<byte> to, RcptCommand rcpt) => CommandWriter.WriteRcpt(to, rcpt.Path.Mailbox!, rcpt.Notify, rcpt.OriginalRecipient, connection.Can);

    private async ValueTask<ServerReply> EnvelopeInOneAsync()
    {
        // RFC 2920 §3.1. A group is cut where the buffer is full; its replies are few octets and wait in the kernel.
        var buffer = ArrayPool<byte>.Shared.Rent(BurstSize);
        try
        {
            var length = WriteMail(buffer);
            foreach (var rcpt in delivery.Recipients)
            {
                if (buffer.Length - length < CommandWriter.MaxCommand)
                {
                    await connection.SendAsync(buffer.AsMemory(0, length));
                    length = 0;
                }

                length += WriteRcpt(buffer.AsSpan(length), rcpt);
            }

            await connection.SendAsync(buffer.AsMemory(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var mail = await connection.ReadReplyAsync();
        WasAnswered = true;
        for (var i = 0; i < delivery.Recipients.Count; i++)
            _recipients.Add(await connection.ReadReplyAsync());
        return mail;
    }

    private async ValueTask<ServerReply> EnvelopeInTurnAsync()
    {
        var buffer = new byte[CommandWriter.MaxCommand];
        await connection.SendAsync(buffer.AsMemory(0, WriteMail(buffer)));
        var mail = await connection.ReadReplyAsync();
        WasAnswered = true;
        if (!mail.IsPositive)
            return mail;
        foreach (var rcpt in delivery.Recipients)
        {
            connection.SetDeadline(MailTimeout, delivery.Deadline);
            await connection.SendAsync(buffer.AsMemory(0, WriteRcpt(buffer, rcpt)));
            _recipients.Add(await connection.ReadReplyAsync());
        }

        return mail;
    }

    private async ValueTask SendContentAsync()
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BurstSize);
        var writer = new DataWriter(normalize: true);
        try
        {
            var length = 0;
            var pieces = new LetterPieces(delivery);
            bool done;
            do
            {
                var (piece, last) = await pieces.NextAsync();
                do
                {
                    done = writer.Write(piece.Span, last, buffer.AsSpan(length), out var consumed, out var written);
                    piece = piece[consumed..];
                    length += written;
                    if (done)
                        DotSent = true;
                    if (done || buffer.Length - length < 16)
                    {
                        connection.SetDeadline(BlockTimeout, delivery.Deadline);
                        await connection.SendAsync(buffer.AsMemory(0, length));
                        length = 0;
                    }
                }
                while (!piece.IsEmpty || (last && !done));
            }
            while (!done);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<TransactionEnd> ReadVerdictAsync()
    {
        // The sender's patience ends at the deadline; the server's answer is waited for longer, so that a retry gets it.
        connection.SetDeadline(delivery.Deadline + (long)(LateTimeout.TotalSeconds * connection.Frequency));
        var reading = ReadVerdictsAsync();
        if (reading.IsCompleted)
            return await reading;
        var read = reading.AsTask();
        if (await Task.WhenAny(read, connection.PatienceAsync(delivery.Deadline)) == read)
            return await read;
        var late = read.ContinueWith(
            static task => task.IsCompletedSuccessfully && task.Result.Result.Outcome == DeliveryOutcome.Delivered,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        return new TransactionEnd(new DeliveryResult(DeliveryOutcome.Unknown, connection.Address, 0, null, "no answer in time", [], late), false) { IsLate = true };
    }

    private async ValueTask<TransactionEnd> ReadVerdictsAsync()
    {
        var verdict = await connection.ReadReplyAsync();
        // RFC 2033 §4.2: one answer for each recipient. The dialogue gives an LMTP server one a transaction.
        for (var i = 1; i < delivery.Recipients.Count && connection.Address.IsLmtp; i++)
        {
            var next = await connection.ReadReplyAsync();
            if (!next.IsPositive)
                verdict = next;
        }

        if (verdict.IsIntermediate)
            throw new BackendProblem("it answered the message with a reply that makes no sense");
        return new TransactionEnd(Result(verdict), verdict.Code != 421);
    }

    private DeliveryResult Refused()
    {
        var codes = _recipients.ConvertAll(static reply => reply.Code);
        var enhanced = _recipients.ConvertAll(static reply => reply.Enhanced);
        var first = _recipients.Find(static reply => reply.IsPermanent) ?? _recipients.Find(static reply => !reply.IsPositive)!;
        var outcome = _recipients.Exists(static reply => reply.IsPositive)
            ? DeliveryOutcome.SomeRecipientsRefused
            : first.IsPermanent && _recipients.TrueForAll(static reply => reply.IsPermanent) ? DeliveryOutcome.Refused
            : _recipients.Exists(static reply => reply.IsPermanent) ? DeliveryOutcome.SomeRecipientsRefused : DeliveryOutcome.Deferred;
        return new DeliveryResult(outcome, connection.Address, first.Code, first.Enhanced, first.SafeText, codes) { RecipientCodes = enhanced };
    }

    private DeliveryResult Result(ServerReply reply) => new(
        reply.IsPositive ? DeliveryOutcome.Delivered : reply.IsPermanent ? DeliveryOutcome.Refused : DeliveryOutcome.Deferred,
        connection.Address, reply.Code, reply.Enhanced, reply.SafeText, _recipients.ConvertAll(static recipient => recipient.Code));

    /// <summary>Leaves the connection ready for another transaction, if it still answers.</summary>
    private async ValueTask<TransactionEnd> AbortAsync(DeliveryResult result)
    {
        if (result.Code == 421)
            return new TransactionEnd(result, false);
        try
        {
            await connection.SendAsync("RSET\r\n"u8.ToArray());
            return new TransactionEnd(result, (await connection.ReadReplyAsync()).IsPositive);
        }
        catch (BackendProblem)
        {
            return new TransactionEnd(result, false);
        }
    }
}
